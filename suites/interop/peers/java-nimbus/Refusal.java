/** Why a signed request is refused: `code` is one of Signature-Error's. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    final String code;

    Refusal(String code, String message) {
        super(message);
        this.code = code;
    }
}

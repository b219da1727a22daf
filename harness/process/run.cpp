#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/process/child.h"

namespace aauth::process {

Result<Finished> run(Command command, std::string_view input, std::chrono::milliseconds limit) {
    const auto deadline = deadline_after(limit);
    const auto left = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    };
    auto process = Process::start(command);
    if (!process) return tl::unexpected(process.error());
    // A program may exit without reading its input, or close it; that is no failure here.
    (*process)->write(input, left());
    (*process)->close_input();
    auto exit = (*process)->wait(left());
    if (!exit) {
        return failure("timeout", fmt::format("'{}' did not end within {} ms", command.arguments[0], limit.count()));
    }
    return Finished{*exit, (*process)->output(), (*process)->errors()};
}

std::uint16_t free_port() {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // The socket calls take the address of any family as this one type.
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (socket.get() < 0 || ::bind(socket.get(), any, size) != 0) return 0;
    if (::getsockname(socket.get(), any, &size) != 0) return 0;
    return ntohs(address.sin_port);
}

}  // namespace aauth::process

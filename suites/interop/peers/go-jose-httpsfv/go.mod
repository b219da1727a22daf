module aauth-conformance/peers/go-jose-httpsfv

go 1.24.0

require (
	github.com/dunglas/httpsfv v1.1.2
	github.com/go-jose/go-jose/v4 v4.1.9
)

package api

// client is where a request comes from.
type client struct {
	address string
	https   bool
}

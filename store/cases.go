package store

// States of a case.
const (
	CaseOpen   = "open"
	CaseClosed = "closed"
)

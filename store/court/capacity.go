package court

// Capacities are those in which a person uses a session: for their own cases, or for those of the parties whom they represent (当事人, 代理人).
var Capacities = []Role{RoleParty, RoleRepresentative}

// inCapacity reports whether somebody stands in the case in the capacity in which the session is used. People of the court and guests have but one; a standing
// without a session isn't ruled by it.
func (s *Standing) inCapacity() bool {
	return s.Capacity == "" || s.Role != RoleParty && s.Role != RoleRepresentative || s.Role == s.Capacity
}

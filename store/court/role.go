// Package court holds the domain types and the pure rules of a court room: roles, acts, who may do what, what an
// event may say, and the errors that people read. It never does I/O.
package court

// Role says in which capacity somebody acts. Inside a case it is the participant's role there; outside of a case it
// is the role of the account.
type Role string

const (
	// RoleAnyone is somebody who has not signed in.
	RoleAnyone Role = "anyone"
	// RolePerson is a signed-in member of the public: outside of a case, every party and representative.
	RolePerson Role = "person"
	// RoleParty is a party of the case (当事人).
	RoleParty Role = "party"
	// RoleRepresentative acts for named parties of the case (代理人).
	RoleRepresentative Role = "representative"
	// RoleJudge is a member of the case's panel, or outside of a case a judge's account (法官).
	RoleJudge Role = "judge"
	// RoleClerk is the clerk of the case, or outside of a case a clerk's account (书记员).
	RoleClerk Role = "clerk"
	// RoleAdmin administers the installation (court IT); it opens no room.
	RoleAdmin Role = "admin"
	// RoleCaseSystem is the court's own case system, authenticated by its import token.
	RoleCaseSystem Role = "case_system"
	// RoleWitness is a witness or expert who was summoned to one hearing and knows nothing of its case.
	RoleWitness Role = "witness"
	// RoleObserver watches one public hearing (旁听), unseen.
	RoleObserver Role = "observer"
	// RoleServer is the program itself, which notes what nobody does: that a connection was lost, what became of a recording.
	RoleServer Role = "server"
)

// Roles lists every role, in the order of the table's columns.
var Roles = []Role{
	RoleAnyone, RolePerson, RoleParty, RoleRepresentative, RoleJudge, RoleClerk, RoleAdmin, RoleCaseSystem, RoleWitness, RoleObserver, RoleServer,
}

// OfCourt reports whether the role belongs to the court's own staff of a case.
func (r Role) OfCourt() bool { return r == RoleJudge || r == RoleClerk }

// Staff reports whether an account of this role signs in with name and password.
func (r Role) Staff() bool { return r == RoleJudge || r == RoleClerk || r == RoleAdmin }

// Guest reports whether the role is that of somebody who has a place in one hearing alone.
func (r Role) Guest() bool { return r == RoleWitness || r == RoleObserver }

package hub

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"microcourt/store"
	"microcourt/store/court"
)

// StaffInfo is one account of the court's own people, as an administrator sees it.
type StaffInfo struct {
	ID        string     `json:"id"`
	Login     string     `json:"login"`
	Name      string     `json:"name"`
	Role      court.Role `json:"role" enum:"judge,clerk,admin"`
	TOTP      bool       `json:"totp"`
	Disabled  bool       `json:"disabled"`
	CreatedAt int64      `json:"created_at"`
}

// ListStaff gives all accounts.
type ListStaff struct{}

func (ListStaff) rule() rule { return rule{act: court.ActStaffManage} }

func (ListStaff) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]StaffInfo, error) {
	if err := h.store.Note(ctx, actor.by(), court.ActStaffManage, "", "listed"); err != nil {
		return nil, err
	}
	list, err := h.store.StaffList(ctx)
	out := make([]StaffInfo, 0, len(list))
	for _, s := range list {
		out = append(out, StaffInfo{s.PersonID, s.Login, s.Name, s.Role, s.TOTP, s.DisabledAt != 0, s.CreatedAt})
	}
	return out, err
}

// CreateStaff makes an account and gives its person's id.
type CreateStaff struct {
	Login, Name, Password string
	Role                  court.Role
}

func (CreateStaff) rule() rule { return rule{act: court.ActStaffManage} }

func (c CreateStaff) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (string, error) {
	login := normalLogin(c.Login)
	name := strings.TrimSpace(c.Name)
	switch {
	case !validLogin(login):
		return "", court.ErrInvalid.In("login")
	case !validName(name):
		return "", court.ErrInvalid.In("name")
	case !c.Role.Staff():
		return "", court.ErrInvalid.In("role")
	}
	if err := checkNewPassword(c.Password, login, "password"); err != nil {
		return "", err
	}
	hash, err := h.accounts.passwords.hash(ctx, c.Password)
	if err != nil {
		return "", err
	}
	return h.store.CreateStaff(ctx, store.NewStaff{Login: login, Name: name, Role: c.Role, PasswordHash: hash}, actor.by())
}

// validName accepts what can be a person's name in any script: one line of 1 to 100 printing characters.
func validName(name string) bool {
	for _, r := range name {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= 100
}

// ChangeStaff disables or enables an account, sets its password, or takes its second step away. What is nil or empty
// stays. Nobody disables themselves: the last administrator would lock the court out.
type ChangeStaff struct {
	ID        string
	Disabled  *bool
	Password  string
	ResetTOTP bool
}

func (ChangeStaff) rule() rule { return rule{act: court.ActStaffManage} }

func (c ChangeStaff) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	st, err := h.store.StaffByPerson(ctx, c.ID)
	if err != nil {
		return Nothing{}, err
	}
	if c.Disabled != nil && *c.Disabled && c.ID == actor.PersonID {
		return Nothing{}, court.ErrInvalid.In("disabled")
	}
	change := store.StaffChange{Disabled: c.Disabled, ResetTOTP: c.ResetTOTP}
	if c.Password != "" {
		if err := checkNewPassword(c.Password, st.Login, "password"); err != nil {
			return Nothing{}, err
		}
		if change.PasswordHash, err = h.accounts.passwords.hash(ctx, c.Password); err != nil {
			return Nothing{}, err
		}
	}
	return Nothing{}, h.store.ChangeStaff(ctx, c.ID, change, actor.by())
}

// ReadAudit gives a page of the audit, the newest first. Who looks is noted too.
type ReadAudit struct {
	Cursor string
	Limit  int
}

// AuditPage is a page of the audit.
type AuditPage struct {
	Entries []AuditEntry `json:"entries" nullable:"false"`
	Next    string       `json:"next" doc:"cursor of the next page, empty at the end"`
}

// AuditEntry is one act of staff.
type AuditEntry struct {
	ID      string    `json:"id"`
	At      int64     `json:"at"`
	Person  string    `json:"person" doc:"id of who acted, empty for the machine's console"`
	Name    string    `json:"name"`
	Act     court.Act `json:"act"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"`
	Address string    `json:"address"`
}

const (
	usualAuditPage = 50
	maxAuditPage   = 200
)

func (ReadAudit) rule() rule { return rule{act: court.ActAuditRead} }

func (r ReadAudit) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (AuditPage, error) {
	cursor, err := parsePlace(r.Cursor)
	if err != nil {
		return AuditPage{}, err
	}
	if r.Cursor == "" {
		if err := h.store.Note(ctx, actor.by(), court.ActAuditRead, "", ""); err != nil {
			return AuditPage{}, err
		}
	}
	if r.Limit <= 0 {
		r.Limit = usualAuditPage
	}
	entries, next, err := h.store.Audit(ctx, cursor, min(r.Limit, maxAuditPage))
	page := AuditPage{Entries: make([]AuditEntry, 0, len(entries)), Next: placeText(next)}
	for _, e := range entries {
		page.Entries = append(page.Entries, AuditEntry{e.ID, e.At, e.PersonID, e.Name, e.Act, e.Subject, e.Detail, e.Address})
	}
	return page, err
}

// placeText writes the place where a list goes on as a cursor; parsePlace reads it.
func placeText(p store.Place) string {
	if p.ID == "" {
		return ""
	}
	return strconv.FormatInt(p.At, 10) + "." + p.ID
}

func parsePlace(cursor string) (store.Place, error) {
	if cursor == "" {
		return store.Place{}, nil
	}
	at, id, _ := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !court.ValidID(id) {
		return store.Place{}, court.ErrInvalid.In("cursor")
	}
	return store.Place{At: ms, ID: id}, nil
}

package store

import (
	"context"
	"database/sql"
	"strings"

	"microcourt/store/court"
)

// Staff is an account of the court's own people, who sign in with name and password.
type Staff struct {
	PersonID   string
	Login      string
	Name       string
	Role       court.Role
	TOTP       bool  // signing in asks for a second step
	DisabledAt int64 // 0: not disabled
	CreatedAt  int64
}

// StaffSecrets is what signing in is checked against. It never leaves the program.
type StaffSecrets struct {
	Staff
	PasswordHash string
	TOTPSecret   string // base32; also set while it waits for its confirmation
	TOTPStep     int64  // time step of the last code that was used
}

// NewStaff is an account to make. The password comes hashed.
type NewStaff struct {
	Login        string
	Name         string
	Role         court.Role
	PasswordHash string
}

// StaffChange says what an administrator changes; what is nil or empty stays.
type StaffChange struct {
	Disabled     *bool
	PasswordHash string
	ResetTOTP    bool
}

// By says who acts, for the audit.
type By struct {
	PersonID string // empty for the console of the machine
	Address  string
}

const staffColumns = "s.person_id, s.login, p.name, s.role, s.totp_on, COALESCE(s.disabled_at, 0), s.created_at"

func staffFields(st *Staff, on *int64) []any {
	return []any{&st.PersonID, &st.Login, &st.Name, &st.Role, on, &st.DisabledAt, &st.CreatedAt}
}

// StaffList gives all accounts in order of their names.
func (s *Store) StaffList(ctx context.Context) ([]Staff, error) {
	rows, err := s.query(ctx, "SELECT "+staffColumns+" FROM staff s JOIN person p ON p.id = s.person_id ORDER BY s.login")
	return collect(rows, err, func(r *sql.Rows) (st Staff, err error) {
		var on int64
		err = r.Scan(staffFields(&st, &on)...)
		st.TOTP = on != 0
		return st, err
	})
}

// StaffByLogin gives an account by its normalised login, or court.ErrNotFound.
func (s *Store) StaffByLogin(ctx context.Context, login string) (*StaffSecrets, error) {
	return s.staff(ctx, s, "s.login = $1", login)
}

// StaffByPerson gives a person's account, or court.ErrNotFound.
func (s *Store) StaffByPerson(ctx context.Context, personID string) (*StaffSecrets, error) {
	return s.staff(ctx, s, "s.person_id = $1", personID)
}

func (s *Store) staff(ctx context.Context, q queryer, where, value string) (*StaffSecrets, error) {
	var st StaffSecrets
	var on int64
	var sealed []byte
	err := q.row(ctx, "SELECT "+staffColumns+", s.password_hash, s.totp_enc, s.totp_step FROM staff s JOIN person p ON p.id = s.person_id WHERE "+where, value).
		Scan(append(staffFields(&st.Staff, &on), &st.PasswordHash, &sealed, &st.TOTPStep)...)
	if err != nil {
		return nil, notFound(err)
	}
	st.TOTP = on != 0
	st.TOTPSecret, err = s.keys.Open(sealed)
	return &st, err
}

// CreateStaff makes an account and gives its person's id. A login in use is court.ErrLoginTaken.
func (s *Store) CreateStaff(ctx context.Context, n NewStaff, by By) (id string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var taken int
		if err := tx.row(ctx, "SELECT count(*) FROM staff WHERE login = $1", n.Login).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return court.ErrLoginTaken.In("login")
		}
		var err error
		if id, err = tx.createPerson(ctx, PersonData{Name: n.Name}); err != nil {
			return err
		}
		if _, err = tx.exec(ctx, "INSERT INTO staff (person_id, login, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
			id, n.Login, string(n.Role), n.PasswordHash, tx.now); err != nil {
			return err
		}
		return tx.audit(ctx, by.PersonID, court.ActStaffManage, id, "created as "+string(n.Role), by.Address)
	})
	return id, err
}

// ChangeStaff changes an account. Disabling it, setting its password or taking its second step away ends its sessions and takes its passkeys away.
func (s *Store) ChangeStaff(ctx context.Context, id string, c StaffChange, by By) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var known string
		if err := tx.row(ctx, "SELECT person_id FROM staff WHERE person_id = $1"+tx.lock, id).Scan(&known); err != nil {
			return notFound(err)
		}
		did, ends, err := tx.changeStaff(ctx, id, c)
		if err != nil || len(did) == 0 {
			return err
		}
		if ends {
			if err := tx.forgetPasskeys(ctx, id); err != nil {
				return err
			}
			if err := tx.revokeSessions(ctx, id, ""); err != nil {
				return err
			}
		}
		return tx.audit(ctx, by.PersonID, court.ActStaffManage, id, strings.Join(did, ", "), by.Address)
	})
}

// changeStaff says what it did, and whether that ends the account's sessions.
func (tx *Tx) changeStaff(ctx context.Context, id string, c StaffChange) (did []string, ends bool, err error) {
	if c.Disabled != nil {
		var at any
		what := "enabled"
		if *c.Disabled {
			at, what, ends = tx.now, "disabled", true
		}
		if _, err := tx.exec(ctx, "UPDATE staff SET disabled_at = $2 WHERE person_id = $1", id, at); err != nil {
			return nil, false, err
		}
		did = append(did, what)
	}
	if c.PasswordHash != "" {
		if _, err := tx.exec(ctx, "UPDATE staff SET password_hash = $2 WHERE person_id = $1", id, c.PasswordHash); err != nil {
			return nil, false, err
		}
		did, ends = append(did, "password set"), true
	}
	if c.ResetTOTP {
		if _, err := tx.exec(ctx, "UPDATE staff SET totp_enc = NULL, totp_on = 0 WHERE person_id = $1", id); err != nil {
			return nil, false, err
		}
		did, ends = append(did, "second step reset"), true
	}
	return did, ends, nil
}

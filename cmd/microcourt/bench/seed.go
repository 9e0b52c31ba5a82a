package bench

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// caseOf, personOf and tokenOf name what the prepared record holds, so that the phones need no list.
func caseOf(room int) string   { return fmt.Sprintf("01980000-0000-7000-8000-%012d", room) }
func personOf(n int) string    { return fmt.Sprintf("01980000-0000-7000-9000-%012d", n) }
func sessionOf(n int) string   { return fmt.Sprintf("01980000-0000-7000-a000-%012d", n) }
func seatOf(n int) string      { return fmt.Sprintf("01980000-0000-7000-b000-%012d", n) }
func tokenOf(n int) string     { return fmt.Sprintf("bench-token-of-phone-%022d", n) }
func roleOf(n int) court.Role  { return seatRoles[n%phonesPerRoom] }
func docketOf(room int) string { return fmt.Sprintf("（2026）浙0212民初%d号", room+1) }

// seatRoles are who sits in each room.
var seatRoles = [phonesPerRoom]court.Role{court.RoleJudge, court.RoleClerk, court.RoleParty, court.RoleParty, court.RoleRepresentative}

// seed prepares a record with so many rooms: cases, and in each five people who are signed in and may speak. It writes
// the rows itself: ten thousand sign-ins are not what is measured.
func seed(ctx context.Context, database string, rooms int) error {
	cfg, err := recordConfig(database)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, cfg) // makes the schema
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	driver := "sqlite"
	if store.IsPostgreSQL(database) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, database)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	w := &seeder{ctx: ctx, tx: tx, statements: map[string]*sql.Stmt{}, now: time.Now().UnixMilli(), notice: noticeVersion()}
	for room := range rooms {
		w.room(room)
	}
	if w.err != nil {
		return fmt.Errorf("prepare the record: %w", w.err)
	}
	return tx.Commit()
}

// seeder keeps the first error and does nothing after it.
type seeder struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt
	now        int64
	notice     string
	err        error
}

func (w *seeder) insert(statement string, args ...any) {
	if w.err != nil {
		return
	}
	st := w.statements[statement]
	if st == nil {
		if st, w.err = w.tx.PrepareContext(w.ctx, statement); w.err != nil {
			return
		}
		w.statements[statement] = st
	}
	_, w.err = st.ExecContext(w.ctx, args...)
}

func (w *seeder) room(room int) {
	w.insert(`INSERT INTO court_case (id, docket_number, title, cause, court, state, filed_at, created_at, updated_at)
		VALUES ($1, $2, $3, '买卖合同纠纷', '宁波市鄞州区人民法院', 'open', $4, $4, $4)`, caseOf(room), docketOf(room), fmt.Sprintf("买卖合同纠纷%d", room), w.now)
	for seat := range phonesPerRoom {
		w.person(room, seat)
	}
}

func (w *seeder) person(room, seat int) {
	n := room*phonesPerRoom + seat
	role, account := roleOf(n), court.RolePerson
	if role.OfCourt() {
		account = role
	}
	hash := sha256.Sum256([]byte(tokenOf(n)))
	w.insert(`INSERT INTO person (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)`, personOf(n), fmt.Sprintf("人员%d", n), w.now)
	w.insert(`INSERT INTO session (id, token_hash, person_id, role, device, created_at, last_seen_at, expires_at)
		VALUES ($1, $2, $3, $4, 'bench', $5, $5, $6)`, sessionOf(n), hash[:], personOf(n), string(account), w.now, w.now+time.Hour.Milliseconds()*12)
	w.insert(`INSERT INTO participant (id, case_id, ref, person_id, role, standing, name, position, joined_at)
		VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8)`, seatOf(n), caseOf(room), fmt.Sprint(seat), personOf(n), string(role), fmt.Sprintf("人员%d", n), seat, w.now)
	if role.OfCourt() {
		return
	}
	w.insert(`INSERT INTO verification (id, person_id, method, at) VALUES ($1, $2, 'in_person', $3)`, fmt.Sprintf("v%d", n), personOf(n), w.now)
	w.insert(`INSERT INTO notice_acceptance (case_id, person_id, notice, version, sha256, at) VALUES ($1, $2, 'first_entry', $3, '00', $4)`,
		caseOf(room), personOf(n), w.notice, w.now)
}

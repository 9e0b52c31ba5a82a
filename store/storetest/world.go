package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// World is a record with a court in it: cases in which a judge, a clerk, two parties and a representative have a
// place, all signed in and, where needed, verified and past the first-entry notice.
type World struct {
	Store *store.Store
	Cases []string // ids
	// Seats gives who is who, by name: judge, judge2 (of no case yet), clerk, plaintiff, defendant, lawyer (acts for
	// the defendant), stranger (of no case), admin.
	Seats map[string]*Seat
}

// Seat is somebody of a world.
type Seat struct {
	Name        string
	Role        court.Role // of the account
	PersonID    string
	SessionID   string
	Token       string
	Phone       string
	IDNumber    string            // synthetic, with a valid check digit
	Participant map[string]string // participant id by case
}

// IDNumber makes the n-th synthetic resident ID number, with its check digit (GB 11643-1999, ISO 7064 MOD 11-2).
func IDNumber(n int64) string {
	digits := fmt.Sprintf("110101%d%04d%03d", 1950+n/1_000_000%50, 101+n/1000%28, n%1000)
	sum := 0
	for _, d := range digits {
		sum = (sum + int(d-'0')) * 2 % 11
	}
	return digits + string("0123456789X"[(12-sum)%11])
}

// NewWorld fills a record with so many cases.
func NewWorld(t testing.TB, s *store.Store, cases int) *World {
	t.Helper()
	w := &World{Store: s, Seats: map[string]*Seat{}}
	for login, role := range map[string]court.Role{"judge": court.RoleJudge, "judge2": court.RoleJudge, "clerk": court.RoleClerk, "admin": court.RoleAdmin} {
		w.Seats[login] = w.staff(t, login, role)
	}
	for i, name := range []string{"plaintiff", "defendant", "lawyer", "stranger"} {
		n := int64(i + 1)
		w.Seats[name] = &Seat{Name: name, Role: court.RolePerson, Phone: fmt.Sprintf("139%08d", n), IDNumber: IDNumber(n)}
	}
	for i := range cases {
		w.Import(t, w.CaseFile(i, "open", "judge"))
	}
	for _, name := range []string{"plaintiff", "defendant", "lawyer", "stranger"} {
		w.SignIn(t, w.Seats[name])
	}
	w.Refresh(t)
	for _, caseID := range w.Cases {
		for _, name := range []string{"plaintiff", "defendant", "lawyer"} {
			w.Accept(t, caseID, w.Seats[name])
		}
	}
	return w
}

// Password is the password of a world's staff, and passwordHash its argon2id hash, made cheap for tests.
const (
	Password     = "a password for tests"
	passwordHash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdCBmb3IgdGVzdHMxNg$/aKqvYqT3xSK7H9t25PKWldLM+ABHYwNJlgb3E2lYUk"
)

func (w *World) staff(t testing.TB, login string, role court.Role) *Seat {
	t.Helper()
	id, err := w.Store.CreateStaff(context.Background(), store.NewStaff{Login: login, Name: login, Role: role, PasswordHash: passwordHash}, store.By{})
	if err != nil {
		t.Fatal(err)
	}
	s := &Seat{Name: login, Role: role, PersonID: id}
	w.SignIn(t, s)
	return s
}

// SignIn opens a new session for somebody and puts it into the seat.
func (w *World) SignIn(t testing.TB, s *Seat) {
	t.Helper()
	session, token, err := w.openSession(s)
	if err != nil {
		t.Fatal(err)
	}
	s.PersonID, s.SessionID, s.Token = session.PersonID, session.ID, token
}

func (w *World) openSession(s *Seat) (store.Session, string, error) {
	ctx, device := context.Background(), store.SessionData{Device: "test"}
	if s.Role.Staff() {
		return w.Store.SignInStaff(ctx, store.StaffSignIn{PersonID: s.PersonID, PasswordHash: passwordHash, Session: device})
	}
	limits := store.CodeLimits{PerHour: 1000, Life: time.Minute, Tries: 5}
	code, err := w.Store.CreateSignInCode(ctx, s.Phone, limits)
	if err != nil {
		return store.Session{}, "", err
	}
	return w.Store.SignInByCode(ctx, s.Phone, code.Code, limits, device)
}

// CaseFile gives the import file of the world's i-th case with a state and a panel of judges by login.
func (w *World) CaseFile(i int, state string, judges ...string) string {
	panel := []map[string]string{{"login": "clerk", "role": "clerk", "standing": "书记员"}}
	for _, login := range judges {
		panel = append(panel, map[string]string{"login": login, "role": "judge", "standing": "审判员"})
	}
	verified := map[string]string{"method": "in_person", "at": "2026-01-05"}
	c := map[string]any{
		"docket_number": fmt.Sprintf("（2026）浙0212民初%d号", i+1),
		"title":         fmt.Sprintf("原告与被告买卖合同纠纷%d", i+1), "cause": "买卖合同纠纷", "procedure": "第一审",
		"phone": "0574-00000001", "state": state, "filed_on": "2026-01-05", "panel": panel,
		"parties": []map[string]any{
			{"ref": "p1", "kind": "person", "name": "原告甲", "standing": "原告", "phone": w.Seats["plaintiff"].Phone, "id_number": w.Seats["plaintiff"].IDNumber, "verified": verified},
			{"ref": "p2", "kind": "person", "name": "被告乙", "standing": "被告", "phone": w.Seats["defendant"].Phone, "id_number": w.Seats["defendant"].IDNumber, "verified": verified},
		},
		"representatives": []map[string]any{
			{"ref": "r1", "name": "律师丙", "phone": w.Seats["lawyer"].Phone, "id_number": w.Seats["lawyer"].IDNumber, "for": []string{"p2"}, "authority": "特别授权", "verified": verified},
		},
	}
	if state == store.CaseClosed {
		c["closed_on"] = "2026-02-05"
	}
	text, err := json.Marshal(map[string]any{"court": "宁波市鄞州区人民法院", "cases": []any{c}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Import takes a case file over; any refusal fails the test.
func (w *World) Import(t testing.TB, file string) {
	t.Helper()
	parsed, err := court.ParseCaseFile([]byte(file), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	report, err := w.Store.ImportCases(context.Background(), parsed, store.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Refused {
		t.Fatalf("case %s was refused: %v", r.DocketNumber, r.Err)
	}
}

// Refresh reads anew which cases there are and who is in them.
func (w *World) Refresh(t testing.TB) {
	t.Helper()
	w.Cases = nil
	for _, s := range w.Seats {
		s.Participant = map[string]string{}
		places, err := w.Store.Places(context.Background(), s.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range places {
			s.Participant[p.CaseID] = p.Standing.ParticipantID
			if s.Name == "clerk" {
				w.Cases = append(w.Cases, p.CaseID)
			}
		}
	}
}

// Accept accepts the first-entry notice for somebody.
func (w *World) Accept(t testing.TB, caseID string, s *Seat) {
	t.Helper()
	err := w.Store.AcceptNotice(context.Background(), store.NoticeAcceptance{
		CaseID: caseID, PersonID: s.PersonID, SessionID: s.SessionID, Notice: court.NoticeFirstEntry, Version: NoticeVersion, SHA256: "00",
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Draft makes a text message of somebody's.
func (s *Seat) Draft(caseID, thread, text string) store.Draft {
	words, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		panic(err)
	}
	body, err := court.ParseBody(court.KindText, words)
	if err != nil {
		panic(err)
	}
	return store.Draft{CaseID: caseID, Thread: thread, ID: store.NewID(), PersonID: s.PersonID, SessionID: s.SessionID, Kind: court.KindText, Body: body}
}

// Pair names the private thread of two in a case; Bench that of one and the judges.
func Pair(caseID string, a, b *Seat) string {
	return court.PairThread(a.Participant[caseID], b.Participant[caseID])
}

// Bench names the private thread between somebody and the judges of a case.
func Bench(caseID string, s *Seat) string { return court.BenchThread(s.Participant[caseID]) }

package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
)

// history is how long before now the conversations began.
const history = 48 * time.Hour

// cheapPassword is what the demonstration's passwords cost: everybody knows them.
var cheapPassword = hub.PasswordCost{MemoryKiB: 1 << 10, Passes: 1, Lanes: 1}

// clock is the time at which the conversations take place.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time       { return time.UnixMilli(c.ms.Load()) }
func (c *clock) set(t time.Time)      { c.ms.Store(max(c.ms.Load(), t.UnixMilli())) }
func (c *clock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// seeder plays the demonstration's history into a record.
type seeder struct {
	hub   *hub.Hub
	store *store.Store
	files *store.Files // nil: no evidence
	clock *clock
	begin time.Time
	seats map[string]seat  // who is signed in, by login or name
	cases map[string]*room // by docket number
}

// seat is somebody signed in, since when.
type seat struct {
	hub.Actor
	since time.Time
}

// workday is how long somebody stays signed in; the court's sessions end not long after.
const workday = 8 * time.Hour

type room struct {
	id           string
	participants map[string]string // by name
	accepted     map[string]bool
}

// Seed brings accounts, cases, conversations and evidence into the record that cfg describes, and the evidence's files into blobs; without
// blobs there is no evidence. What is there already stays as it is, so that seeding again changes nothing. It opens the record for itself,
// with a clock of its own: all that took place in the last days.
func Seed(ctx context.Context, cfg store.Config, blobs blob.Store) (err error) {
	now := time.Now()
	if cfg.Now != nil {
		now = cfg.Now()
	}
	s := &seeder{clock: &clock{}, begin: now.Add(-history), seats: map[string]seat{}, cases: map[string]*room{}}
	s.clock.set(s.begin)
	cfg.Now = s.clock.now
	if s.store, err = store.Open(ctx, cfg); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.store.Close()) }()
	if blobs != nil {
		s.files = store.NewFiles(s.store, blobs, store.FilesConfig{Log: cfg.Log})
		defer s.files.Close()
	}
	s.hub = hub.New(hub.Config{Store: s.store, Files: s.files, Log: cfg.Log, Now: s.clock.now, Accounts: hub.AccountConfig{Demo: true, Password: cheapPassword}})
	defer s.hub.Close()
	if err := s.accounts(ctx); err != nil {
		return fmt.Errorf("demonstration: accounts: %w", err)
	}
	if err := s.imported(ctx); err != nil {
		return fmt.Errorf("demonstration: cases: %w", err)
	}
	if err := s.playUndisturbed(ctx); err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if err := s.guided(ctx); err != nil {
		return fmt.Errorf("demonstration: guide: %w", err)
	}
	if err := s.placed(ctx); err != nil {
		return fmt.Errorf("demonstration: list of courts: %w", err)
	}
	for name := range s.seats {
		if err := s.leave(ctx, name); err != nil {
			return fmt.Errorf("demonstration: signing out: %w", err)
		}
	}
	return nil
}

// playUndisturbed lets another node that is started at the same time go first: whoever asks for the same people's codes is refused, and
// waits until the other has done everything.
func (s *seeder) playUndisturbed(ctx context.Context) error {
	for try := 0; ; try++ {
		err := s.play(ctx)
		disturbed := errors.Is(err, court.ErrTooMany) || errors.Is(err, court.ErrCode)
		if !disturbed || try == 60 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (s *seeder) accounts(ctx context.Context) error {
	for _, p := range staff {
		if _, err := s.store.StaffByLogin(ctx, p.Login); !errors.Is(err, court.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		_, err := hub.Do(ctx, s.hub, hub.Console(), hub.CreateStaff{Login: p.Login, Name: p.Name, Role: p.Role, Password: p.Password})
		if err != nil && !errors.Is(err, court.ErrLoginTaken) { // another node was faster
			return err
		}
	}
	return nil
}

func (s *seeder) imported(ctx context.Context) error {
	report, err := hub.Do(ctx, s.hub, hub.CaseSystem("en", "demo"), hub.ImportCases{File: casesFile})
	if err != nil {
		return err
	}
	for _, r := range report.Refused {
		return errors.New(r.Text)
	}
	return nil
}

// placed brings the list of courts in, where there is none.
func (s *seeder) placed(ctx context.Context) error {
	if at, err := s.store.CourthousesSeen(ctx); err != nil || at > 0 {
		return err
	}
	report, err := hub.Do(ctx, s.hub, hub.CaseSystem("en", "demo"), hub.ImportCourthouses{File: courtsFile})
	if err != nil {
		return err
	}
	for _, r := range report.Refused {
		return errors.New(r.Text)
	}
	return nil
}

// line is one message with its place.
type line struct {
	conversation
	utterance
	id string
}

// lines gives all messages in the order in which they were said. Their ids are always the same: what was said once is not said again.
func lines() []line {
	var all []line
	for _, c := range readTalk() {
		for i, u := range c.Say {
			id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "microcourt demo %s %s %d", c.DocketNumber, c.Thread, i))
			all = append(all, line{c, u, id.String()})
		}
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.Minute - b.Minute })
	return all
}

// step is something that somebody did.
type step struct {
	minute int
	what   string // for errors
	do     func(ctx context.Context) error
}

// play does all that isn't in the record yet, in the order in which it took place.
func (s *seeder) play(ctx context.Context) error {
	var steps []step
	all := lines()
	said, err := s.said(ctx, all[len(all)-1])
	if err != nil {
		return err
	}
	for _, l := range all {
		if !said {
			steps = append(steps, step{l.Minute, l.DocketNumber + ", " + l.By, func(ctx context.Context) error { return s.say(ctx, l) }})
		}
	}
	proofs := evidenceSteps()
	proven, err := s.proven(ctx, proofs)
	if err != nil {
		return err
	}
	for _, e := range proofs {
		if !proven && s.files != nil {
			steps = append(steps, step{e.Minute, e.DocketNumber + ", evidence, " + e.By, func(ctx context.Context) error { return s.prove(ctx, e) }})
		}
	}
	served, err := s.served(ctx)
	if err != nil {
		return err
	}
	if !served && s.files != nil {
		steps = append(steps, s.serviceSteps()...)
	}
	proceeded, err := s.proceeded(ctx)
	if err != nil {
		return err
	}
	if !proceeded {
		steps = append(steps, s.procedureSteps()...)
	}
	heard, err := s.heard(ctx)
	if err != nil {
		return err
	}
	if !heard {
		steps = append(steps, s.hearingSteps()...)
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.minute - b.minute })
	for _, st := range steps {
		s.clock.set(s.begin.Add(time.Duration(st.minute) * time.Minute))
		if err := st.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", st.what, err)
		}
	}
	return nil
}

// said reports whether a message stands in the record.
func (s *seeder) said(ctx context.Context, l line) (bool, error) {
	r, err := s.room(ctx, l.DocketNumber)
	if err != nil {
		return false, err
	}
	events, _, err := s.store.Events(ctx, r.id, r.thread(l.Thread), 0, store.Page{Limit: store.MaxPage})
	return slices.ContainsFunc(events, func(e court.Event) bool { return e.ID == l.id }), err
}

// enter brings somebody into a room: signed in, and past the notice.
func (s *seeder) enter(ctx context.Context, by, docket string) (actor hub.Actor, r *room, err error) {
	if actor, err = s.seat(ctx, by); err != nil {
		return actor, nil, err
	}
	if r, err = s.room(ctx, docket); err != nil {
		return actor, nil, err
	}
	if actor.Role == court.RolePerson && !r.accepted[by] {
		if err := s.acceptNotice(ctx, actor, r.id); err != nil {
			return actor, nil, err
		}
		r.accepted[by] = true
	}
	return actor, r, nil
}

func (s *seeder) say(ctx context.Context, l line) error {
	actor, r, err := s.enter(ctx, l.By, l.DocketNumber)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"text": l.Text})
	if err != nil {
		return err
	}
	thread := r.thread(l.Thread)
	sent, err := hub.Do(ctx, s.hub, actor, hub.SendEvent{CaseID: r.id, Thread: thread, ID: l.id, Kind: court.KindText, Body: body})
	if err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.MarkRead{CaseID: r.id, Thread: thread, Seq: sent.Seq})
	return err
}

func (s *seeder) acceptNotice(ctx context.Context, actor hub.Actor, caseID string) error {
	notice, err := hub.Do(ctx, s.hub, actor, hub.ReadNotice{CaseID: caseID, Key: court.NoticeFirstEntry})
	if err != nil {
		return err
	}
	_, err = hub.Do(ctx, s.hub, actor, hub.AcceptNotice{CaseID: caseID, Key: notice.Key, Version: notice.Version, SHA256: notice.SHA256})
	return err
}

// seat gives somebody as actor, signed in for the day.
func (s *seeder) seat(ctx context.Context, name string) (hub.Actor, error) {
	if sits, ok := s.seats[name]; ok {
		if s.clock.now().Sub(sits.since) < workday {
			return sits.Actor, nil
		}
		if err := s.leave(ctx, name); err != nil {
			return hub.Actor{}, err
		}
	}
	in, err := s.signIn(ctx, name)
	if err != nil {
		return hub.Actor{}, err
	}
	actor := hub.Actor{PersonID: in.Person.ID, SessionID: in.Session.ID, Role: in.Session.Role, Lang: "zh", Address: "demo"}
	s.seats[name] = seat{actor, s.clock.now()}
	return actor, nil
}

// leave signs somebody out.
func (s *seeder) leave(ctx context.Context, name string) error {
	_, err := hub.Do(ctx, s.hub, s.seats[name].Actor, hub.RevokeSession{})
	delete(s.seats, name)
	return err
}

func (s *seeder) signIn(ctx context.Context, name string) (in hub.SignedIn, err error) {
	anyone := hub.Anyone("zh", "demo")
	for _, p := range People() {
		switch {
		case p.Login != "" && p.Login == name:
			return hub.Do(ctx, s.hub, anyone, hub.SignInStaff{Login: p.Login, Password: p.Password, Device: "demo"})
		case p.Phone != "" && p.Name == name:
			s.clock.pass(5 * time.Second) // a person can ask for a code only so often
			sent, err := hub.Do(ctx, s.hub, anyone, hub.SendCode{Phone: p.Phone})
			if err != nil {
				return in, err
			}
			return hub.Do(ctx, s.hub, anyone, hub.SignInByCode{Phone: p.Phone, Code: sent.DemoCode, Device: "demo"})
		}
	}
	return in, fmt.Errorf("nobody is called %s", name)
}

// room finds a case by its docket number, through one of its judges.
func (s *seeder) room(ctx context.Context, docket string) (*room, error) {
	if r, ok := s.cases[docket]; ok {
		return r, nil
	}
	cases := readCases()
	i := slices.IndexFunc(cases, func(c court.CaseData) bool { return c.DocketNumber == docket })
	if i < 0 {
		return nil, fmt.Errorf("no case %s", docket)
	}
	judge, err := s.store.StaffByLogin(ctx, cases[i].Panel[0].Login)
	if err != nil {
		return nil, err
	}
	cards, _, err := s.store.Cases(ctx, store.CaseQuery{PersonID: judge.PersonID, Q: docket, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(cards) == 0 {
		return nil, court.ErrNotFound
	}
	all, err := s.store.Participants(ctx, cards[0].ID, &court.Standing{Role: court.RoleJudge})
	if err != nil {
		return nil, err
	}
	r := &room{id: cards[0].ID, participants: map[string]string{}, accepted: map[string]bool{}}
	for _, p := range all {
		r.participants[p.Name] = p.ID
	}
	s.cases[docket] = r
	return r, nil
}

// thread gives the name of a thread that talk.json names by people.
func (r *room) thread(spec string) string {
	if name, ok := strings.CutPrefix(spec, "bench:"); ok {
		return court.BenchThread(r.participants[name])
	}
	if names, ok := strings.CutPrefix(spec, "pair:"); ok {
		a, b, _ := strings.Cut(names, "+")
		return court.PairThread(r.participants[a], r.participants[b])
	}
	return spec
}

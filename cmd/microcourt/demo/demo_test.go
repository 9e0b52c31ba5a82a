package demo

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"microcourt/hub/markdown"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/courthouse"
	"microcourt/store/storetest"
)

func TestTheDemonstrationsCasesAreGood(t *testing.T) {
	file, err := court.ParseCaseFile(casesFile, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	open, closed := 0, 0
	for _, c := range file.Cases {
		switch {
		case c.Refused != nil:
			t.Error(c.Refused.ZH)
		case c.Case.State == store.CaseOpen:
			open++
		default:
			closed++
		}
	}
	if open < 8 || closed < 1 {
		t.Errorf("%d open and %d closed cases", open, closed)
	}
	if n := len(People()); n != 18 {
		t.Errorf("%d people can sign in, want 12 of the public and 6 of the court", n)
	}
}

// state is all that a second seeding could change.
func state(t *testing.T, cfg store.Config) (events, changes, sessions, audited int, unverified []string) {
	t.Helper()
	s := storetest.OpenConfig(t, cfg)
	staffed := map[string]string{}
	for _, p := range staff {
		st, err := s.StaffByLogin(t.Context(), p.Login)
		if err != nil {
			t.Fatal(err)
		}
		staffed[p.Login] = st.PersonID
		open, err := s.Sessions(t.Context(), st.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		sessions += len(open)
	}
	for _, c := range readCases() {
		cards, _, err := s.Cases(t.Context(), store.CaseQuery{PersonID: staffed[c.Panel[0].Login], Q: c.DocketNumber, Limit: 1})
		if err != nil || len(cards) != 1 {
			t.Fatalf("%s: %d found, err %v", c.DocketNumber, len(cards), err)
		}
		heads, err := s.Heads(t.Context(), cards[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, seq := range heads {
			events += int(seq)
		}
		people, err := s.Participants(t.Context(), cards[0].ID, &court.Standing{Role: court.RoleJudge})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if p.Reachable && !p.Verified && !p.Role.OfCourt() {
				unverified = append(unverified, p.Name)
			}
		}
	}
	all, err := s.AccessChanges(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := s.Audit(t.Context(), store.Place{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return events, len(all), sessions, len(entries), unverified
}

func TestStartingADemonstrationAgainChangesNothing(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			cfg := storetest.Config(t, engine)
			cfg.NoticeVersion = court.DefaultNotices()[court.NoticeFirstEntry].Version
			blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if err := Seed(t.Context(), cfg, blobs); err != nil {
				t.Fatal(err)
			}
			events, changes, sessions, audited, unverified := state(t, cfg)
			if events < len(lines())+len(evidenceSteps()) || sessions != 0 {
				t.Errorf("%d events for %d messages and %d acts on evidence; %d sessions left open", events, len(lines()), len(evidenceSteps()), sessions)
			}
			if len(unverified) != 1 || unverified[0] != "吴敏" {
				t.Errorf("not verified: %v; a clerk needs exactly one to verify", unverified)
			}
			if err := Seed(t.Context(), cfg, blobs); err != nil {
				t.Fatal(err)
			}
			if e, c, s, a, _ := state(t, cfg); e != events || c != changes || s != sessions || a != audited {
				t.Errorf("events %d, changes %d, sessions %d, audit %d became %d, %d, %d, %d", events, changes, sessions, audited, e, c, s, a)
			}
		})
	}
}

func TestNodesThatStartTogetherSeedOneDemonstration(t *testing.T) {
	cfg := storetest.Config(t, store.PostgreSQL)
	cfg.NoticeVersion = court.DefaultNotices()[court.NoticeFirstEntry].Version
	blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	seeded := make(chan error, 3)
	for range cap(seeded) {
		go func() { seeded <- Seed(t.Context(), cfg, blobs) }() // awaited below
	}
	for range cap(seeded) {
		if err := <-seeded; err != nil {
			t.Error(err)
		}
	}
	events, _, sessions, _, _ := state(t, cfg)
	if sessions != 0 {
		t.Errorf("%d sessions left open", sessions)
	}
	if err := Seed(t.Context(), cfg, blobs); err != nil {
		t.Fatal(err)
	}
	if again, _, _, _, _ := state(t, cfg); again != events || events < len(lines())+len(evidenceSteps()) {
		t.Errorf("%d events for %d messages, %d after seeding again", events, len(lines()), again)
	}
}

func TestTheListNamesEverybodyOnce(t *testing.T) {
	var out bytes.Buffer
	Print(&out, "http://127.0.0.1:8080")
	for _, p := range People() {
		key := p.Phone + p.Login
		if strings.Count(out.String(), " "+key+" ") != 1 {
			t.Errorf("%s stands %d times in the list", key, strings.Count(out.String(), " "+key+" "))
		}
	}
}

// TestTheDemonstrationHasEvidenceInEveryState: pages and opinions to look at, something that still waits for somebody, and a hearing to enter.
func TestTheDemonstrationHasEvidenceInEveryState(t *testing.T) {
	cfg := storetest.Config(t, store.SQLite)
	cfg.NoticeVersion = court.DefaultNotices()[court.NoticeFirstEntry].Version
	blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := Seed(t.Context(), cfg, blobs); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenConfig(t, cfg)
	judge, err := s.StaffByLogin(t.Context(), "judge.li")
	if err != nil {
		t.Fatal(err)
	}
	places, err := s.Places(t.Context(), judge.PersonID)
	if err != nil {
		t.Fatal(err)
	}
	files, seen := store.NewFiles(s, blobs, store.FilesConfig{}), map[string]int{}
	defer files.Close()
	for _, p := range places {
		v, err := s.Evidence(t.Context(), p.CaseID, &p.Standing)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range v.Exhibits {
			seen["exhibit"]++
			seen["original "+string(e.Original.State)]++
			seen[string(e.Cover.Media)]++
			if e.Withdrawn != nil {
				seen["withdrawn"]++
			}
			for _, o := range e.Opinions {
				seen["opinion "+o.State]++
			}
			if check, err := files.VerifyExhibit(t.Context(), p.CaseID, e.ID, 0); err != nil || !check.Identical {
				t.Errorf("%s: %+v, %v", e.Label, check, err)
			}
		}
		for _, x := range v.Exchanges {
			if !x.Ended(v.Now) {
				seen["running exchange"]++
			}
		}
		seen["deadline"] += len(v.Deadlines)
	}
	clerk, err := s.StaffByLogin(t.Context(), "clerk.sun")
	if err != nil {
		t.Fatal(err)
	}
	places, err = s.Places(t.Context(), clerk.PersonID)
	for _, p := range places {
		list, err := s.Hearings(t.Context(), p.CaseID)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			seen["hearing "+string(h.Status)]++
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hearing open", "hearing scheduled", "image", "pdf", "withdrawn", "opinion missing", "opinion none", "opinion objection", "original unchecked", "original matched",
		"original required", "running exchange", "deadline"} {
		if seen[want] == 0 {
			t.Errorf("%s is missing: %v", want, seen)
		}
	}
}

func TestTheListOfCourtsIsGood(t *testing.T) {
	filed, err := courthouse.Parse(courtsFile)
	if err != nil || len(filed) < 5 {
		t.Fatal(filed, err)
	}
	for _, f := range filed {
		if f.Refused != nil || f.Court.Position == nil {
			t.Errorf("%+v", f)
		}
	}
}

// TestTheGuidesFirstPagesStandInBothLanguages, and lead nowhere but to pages of this site.
func TestTheGuidesFirstPagesStandInBothLanguages(t *testing.T) {
	ids, pages, err := guidePages()
	if err != nil || len(ids) < 6 {
		t.Fatal(ids, err)
	}
	for _, id := range ids {
		p, err := pages[id].Clean()
		if err != nil || p.Title.EN == "" || p.Body.EN == "" {
			t.Errorf("%s: %v %+v", id, err, p.Title)
		}
		for _, text := range []string{p.Body.ZH, p.Body.EN} {
			if made, err := markdown.HTML(text); err != nil || strings.Contains(text, "](") && !strings.Contains(made, `href="/`) || strings.Contains(made, "http") {
				t.Errorf("%s: %s %v", id, made, err)
			}
		}
	}
}

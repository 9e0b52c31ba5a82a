package api_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// desk gives somebody's desk, as text and read.
func (s *site) desk(t testing.TB, who, query string) (d store.Desk, text string) {
	t.Helper()
	status, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/desk"+query, "")
	if err := json.Unmarshal([]byte(text), &d); err != nil || status != 200 {
		t.Fatalf("%s's desk: %d %s", who, status, text)
	}
	return d, text
}

// deskFrame is a frame that tells of a desk.
func deskFrame(m hubtest.Message) (f struct {
	Rooms []store.DeskRoom
	Gone  []string
}) {
	if m.T == "desk" {
		json.Unmarshal([]byte(m.Raw), &f)
	}
	return f
}

// awaitRoom waits until a phone is told that a room on its desk is as it should be.
func awaitRoom(p *hubtest.Phone, what, caseID string, fits func(r store.DeskRoom) bool) {
	p.Await(what, func(m hubtest.Message) bool {
		for _, r := range deskFrame(m).Rooms {
			if r.ID == caseID && fits(r) {
				return true
			}
		}
		return false
	})
}

// TestTheDeskIsToldWhatChangesAsItChanges: what waits, what is unread and read, who is present, who has left.
func TestTheDeskIsToldWhatChangesAsItChanges(t *testing.T) {
	s := startSite(t, store.SQLite, 2)
	c := s.Cases[0]
	clerk, plaintiff := s.dial(t, s.Seats["clerk"]), s.dial(t, s.Seats["plaintiff"])
	if a := clerk.Ask(`"t":"desk","on":true`); a.T != "ack" {
		t.Fatal(a.Raw)
	}
	if d, _ := s.desk(t, "clerk", ""); len(d.Rooms) != 2 || d.Rooms[0].Here == nil {
		t.Fatalf("%+v", d)
	}
	plaintiff.Join(c, nil)
	me := s.Seats["plaintiff"].Participant[c]
	clerk.Await("presence without having joined", func(m hubtest.Message) bool {
		return m.T == "presence" && m.Case == c && len(m.Here) == 1 && m.Here[0] == me
	})
	if d, _ := s.desk(t, "clerk", "?q="+me); len(d.Rooms) != 0 {
		t.Error("participant ids are searched")
	}
	d, _ := s.desk(t, "clerk", "?sort=docket")
	unread := d.Rooms[0].Unread
	a := plaintiff.Say(c, court.RoomThread, "m1", "好")
	awaitRoom(clerk, "an unread message", c, func(r store.DeskRoom) bool { return r.Unread == unread+1 && len(r.Here) == 1 && r.Here[0] == me })
	clerk.Ask(fmt.Sprintf(`"t":"read","case":"%s","thread":"room","seq":%d`, c, a.Seq))
	awaitRoom(clerk, "nothing unread", c, func(r store.DeskRoom) bool { return r.Unread == 0 })
	s.issue(t, "fee-1") // in a thread that the clerk doesn't read
	awaitRoom(clerk, "a fee to be paid", c, func(r store.DeskRoom) bool {
		return r.Waiting.Fees == 1 && r.Next != nil && r.Next.Kind == store.RunsFee
	})
	_, page := s.sendFile(t, "plaintiff", court.KindFile, "收据.pdf", somePDF(1000))
	s.must(t, "plaintiff", "POST", "/events", fmt.Sprintf(`{"event":%q,"thread":"room","kind":"file","body":{"attachment":%q}}`, store.NewID(), page), nil)
	s.must(t, "plaintiff", "POST", "/paper-copies", fmt.Sprintf(`{"event":%q,"attachment":%q,"delivery":"mail"}`, store.NewID(), page), nil)
	awaitRoom(clerk, "a copy to be sent", c, func(r store.DeskRoom) bool { return r.Waiting.Copies == 1 })
	plaintiff.Drop()
	clerk.Await("an empty room", func(m hubtest.Message) bool { return m.T == "presence" && m.Case == c && len(m.Here) == 0 })
	for _, m := range clerk.Messages() {
		if m.T == "event" || m.T == "presence" && m.Case != c {
			t.Errorf("watching isn't joining: %s", m.Raw)
		}
		for _, r := range deskFrame(m).Rooms {
			if r.ID != c {
				t.Errorf("a room in which nothing happened is told of: %s", m.Raw)
			}
		}
	}
	for _, who := range []string{"plaintiff", "judge"} {
		p := s.dial(t, s.Seats[who])
		if a := p.Ask(`"t":"desk","on":true`); (a.T == "ack") != (who == "judge") || who == "plaintiff" && a.Code != "forbidden" {
			t.Errorf("%s: %s", who, a.Raw)
		}
		if who == "judge" {
			s.Import(t, s.CaseFile(0, "open", "judge2"))
			p.Await("a room that is gone", func(m hubtest.Message) bool { f := deskFrame(m); return len(f.Gone) == 1 && f.Gone[0] == c })
		}
	}
	if a := clerk.Ask(`"t":"desk","on":false`); a.T != "ack" {
		t.Error(a.Raw)
	}
}

// TestP3AClerksDeskAndBenchTellNothingOfWhatOnlyJudgesRead: live or asked for, in counts, times, order or frames.
func TestP3AClerksDeskAndBenchTellNothingOfWhatOnlyJudgesRead(t *testing.T) {
	s := startSite(t, store.SQLite, 2)
	c, p := s.Cases[0], s.Seats
	clerk, judge, plaintiff := s.dial(t, p["clerk"]), s.dial(t, p["judge"]), s.dial(t, p["plaintiff"])
	for _, phone := range []*hubtest.Phone{clerk, judge} {
		if a := phone.Ask(`"t":"desk","on":true`); a.T != "ack" {
			t.Fatal(a.Raw)
		}
	}
	clocks := regexp.MustCompile(`"now":\d+`)
	look := func() (all string) {
		for _, path := range []string{"/api/v1/desk", "/api/v1/desk?sort=active", "/api/v1/desk?sort=unread&waiting=any", "/api/v1/desk?waiting=applications", "/api/v1/cases/" + c + "/bench"} {
			status, text := s.call(t, p["clerk"].Token, "GET", path, "")
			all += fmt.Sprint(path, " ", status, " ", clocks.ReplaceAllString(text, ""), "\n")
		}
		return all
	}
	before := look()
	bench, pair := storetest.Bench(c, p["plaintiff"]), storetest.Pair(c, p["plaintiff"], p["defendant"])
	plaintiff.Say(c, bench, "b1", "给法官")
	plaintiff.Say(c, pair, "p1", "给被告")
	w := &walk{t: t, s: s}
	w.apply(c) // taken up by the judge, then withdrawn
	_, page := s.sendFile(t, "plaintiff", court.KindFile, "申请书.pdf", somePDF(1000))
	draft := store.NewID()
	s.must(t, "plaintiff", "PUT", "/application-drafts/"+draft, fmt.Sprintf(`{"revision":0,"kind":"evidence_preservation","mode":"paper","pages":[{"attachment":%q}]}`, page), nil)
	s.must(t, "plaintiff", "POST", "/applications", fmt.Sprintf(`{"event":"another","draft":%q}`, draft), nil)
	awaitRoom(judge, "a confidential application", c, func(r store.DeskRoom) bool { return r.Waiting.Applications == 1 && r.UnreadPrivate > 0 })
	if d, _ := s.desk(t, "judge", "?waiting=applications"); len(d.Rooms) != 1 || d.Total.Applications != 1 {
		t.Errorf("the judge: %+v", d)
	}
	if after := look(); after != before {
		t.Errorf("the clerk sees a difference.\nbefore: %s\nafter: %s", before, after)
	}
	time.Sleep(1500 * time.Millisecond) // longer than changes are collected
	for _, m := range clerk.Messages() {
		if m.T != "ack" {
			t.Errorf("the clerk is told: %s", m.Raw)
		}
	}
}

// TestTheBenchSeesOneCaseAtAGlance.
func TestTheBenchSeesOneCaseAtAGlance(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := startSite(t, engine, 2)
			due := time.Now().Add(time.Hour).UnixMilli()
			s.must(t, "judge", "PUT", "/evidence/deadline", fmt.Sprintf(`{"event":"d1","deadline":%d}`, due), nil)
			s.issue(t, "f1")
			(&walk{t: t, s: s}).serve()
			for _, who := range []string{"judge", "clerk"} {
				var b hub.Bench
				s.must(t, who, "GET", "/bench", "", &b)
				if b.Room.ID != s.Cases[0] || b.Case.ID != s.Cases[0] || len(b.Participants) != 5 || b.Evidence == nil || len(b.Fees) != 1 || len(b.Documents) != 1 ||
					len(b.Deadlines) != 2 || b.Deadlines[0].At != due || b.Deadlines[1].Kind != store.RunsFee || len(b.Timeline.Events) == 0 {
					t.Errorf("%s: %+v", who, b)
				}
				if fee := strings.Contains(fmt.Sprint(b.Timeline.Events), string(court.KindFeeNotice)); fee != (who == "judge") {
					t.Errorf("%s sees the fee notice's event in the timeline: %v", who, fee)
				}
			}
		})
	}
}

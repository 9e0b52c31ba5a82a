package api_test

import (
	"net/http"
	"strings"
	"testing"

	"microcourt/hub/hubtest"
	"microcourt/store"
)

// TestWhoSwitchesCapacityIsPutOutOfTheRoomsOfTheOther: also on a connection that is open, which hears nothing more of them until the person switches back; the case's page
// still says where to switch.
func TestWhoSwitchesCapacityIsPutOutOfTheRoomsOfTheOther(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	room, lawyer := s.Cases[0], s.Seats["lawyer"]
	use := func(capacity string) {
		t.Helper()
		if status, text := s.call(t, lawyer.Token, "PUT", "/api/v1/me/capacity", `{"capacity":"`+capacity+`"}`); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, text)
		}
	}
	sees := func(path, what string) {
		t.Helper()
		if _, text := s.call(t, lawyer.Token, "GET", path, ""); !strings.Contains(text, what) {
			t.Errorf("%s lacks %s: %s", path, what, text)
		}
	}
	p, other := s.dial(t, lawyer), s.dial(t, s.Seats["plaintiff"])
	if a := p.Join(room, nil); a.Code != "" {
		t.Fatal(a.Code)
	}
	other.Join(room, nil)
	sees("/api/v1/me", `"capacity":"representative"`)
	sees("/api/v1/me", `"cases":{"party":0,"representative":1}`)

	use("party")
	p.Await("being put out", func(m hubtest.Message) bool { return m.T == "left" && m.Case == room })
	said := other.Say(room, "room", store.NewID(), "大家好")
	if said.Code != "" {
		t.Fatal(said.Code)
	}
	if a := p.Join(room, nil); a.Code != "other_capacity" {
		t.Errorf("joined as a party: %q", a.Code)
	}
	if a := p.Say(room, "room", store.NewID(), "您好"); a.Code != "other_capacity" {
		t.Errorf("spoke as a party: %q", a.Code)
	}
	for _, m := range p.Messages() {
		if m.T == "event" && m.Seq == said.Seq || m.T == "head" {
			t.Errorf("heard of the room: %+v", m)
		}
	}
	sees("/api/v1/me", `"capacity":"party"`)
	sees("/api/v1/cases", `"cases":[]`)
	sees("/api/v1/cases/"+room, `"ready":"other_capacity"`)
	if _, text := s.call(t, lawyer.Token, "GET", "/api/v1/cases/"+room+"/events?thread=room", ""); codeOf(text) != "other_capacity" {
		t.Errorf("read the room as a party: %s", text)
	}

	use("representative")
	if a := p.Join(room, nil); a.Code != "" {
		t.Fatalf("back as a representative: %q", a.Code)
	}
	p.AwaitSeq("room", said.Seq)
}

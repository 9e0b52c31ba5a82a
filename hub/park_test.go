package hub_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// cutOff drops a phone's connection and waits until its node has noticed that nobody is connected any more.
func cutOff(t *testing.T, n *node, p *hubtest.Phone) {
	t.Helper()
	p.Drop()
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(time.Millisecond) {
		if open, _ := n.hub.Sizes(); open == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the connection stays open")
		}
	}
}

// TestAPhoneThatComesBackNeedNotBeLookedUpAgain: after an interruption thousands do at once.
func TestAPhoneThatComesBackNeedNotBeLookedUpAgain(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	n := startNode(t, s, nil)
	cutOff(t, n, dial(t, n, w.Seats["clerk"]))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := n.hub.AuthenticateSocket(t.Context(), w.Seats["judge"].Token, "zh", ""); err == nil {
		t.Fatal("the record still answers, so this shows nothing")
	}
	back := dial(t, n, w.Seats["clerk"])
	if hello := back.Messages()[0]; hello.T != "ack" {
		t.Errorf("coming back gives %s", hello.Raw)
	}
	if _, err := n.hub.Authenticate(t.Context(), w.Seats["clerk"].Token, "zh", ""); err == nil {
		t.Error("a session counts without the record, for more than coming back")
	}
}

// TestP4WhatChangesWhileAPhoneIsAwayHoldsWhenItComesBack, on the node where the change is made at once.
func TestP4WhatChangesWhileAPhoneIsAwayHoldsWhenItComesBack(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	c := w.Cases[0]
	n := startNode(t, s, nil)
	ended := func(seat string) bool {
		_, err := n.hub.AuthenticateSocket(t.Context(), w.Seats[seat].Token, "zh", "")
		return errors.Is(err, court.ErrUnauthenticated)
	}

	cutOff(t, n, dial(t, n, w.Seats["plaintiff"]))
	if err := s.RevokeSession(t.Context(), w.Seats["plaintiff"].PersonID, w.Seats["plaintiff"].SessionID); err != nil {
		t.Fatal(err)
	}
	if !ended("plaintiff") {
		t.Error("a revoked session comes back")
	}
	cutOff(t, n, dial(t, n, w.Seats["defendant"]))
	if err := s.RevokeSessions(t.Context(), w.Seats["defendant"].PersonID); err != nil {
		t.Fatal(err)
	}
	if !ended("defendant") {
		t.Error("a person who has signed out everywhere comes back")
	}

	old, new := dial(t, n, w.Seats["judge"]), dial(t, n, w.Seats["judge2"])
	old.Join(c, nil)
	old.Drop()
	cutOff(t, n, new)
	w.Import(t, w.CaseFile(0, store.CaseOpen, "judge2"))
	old, new = dial(t, n, w.Seats["judge"]), dial(t, n, w.Seats["judge2"])
	if got := old.Join(c, nil); got.Code != "not_found" {
		t.Errorf("who has left the case gets %s", got.Raw)
	}
	clerk := dial(t, n, w.Seats["clerk"])
	a := clerk.Say(c, court.RoomThread, store.NewID(), "after the change of judges")
	new.Await("a head of the new case", func(m hubtest.Message) bool { return m.T == "head" && m.Case == c && m.Seq == a.Seq })
	if got := new.Join(c, nil); got.T != "ack" {
		t.Errorf("who has come into the case gets %s", got.Raw)
	}
	for _, m := range old.Messages() {
		if m.Case == c && m.T != "error" {
			t.Errorf("who has left the case hears %s", m.Raw)
		}
	}
}

// TestP4ASessionThatEndedOnAnotherNodeDoesNotComeBack: within the time in which open connections end.
func TestP4ASessionThatEndedOnAnotherNodeDoesNotComeBack(t *testing.T) {
	nodes, w := twoNodes(t)
	dial(t, nodes[0], w.Seats["judge"]).Join(w.Cases[0], nil) // the relay is up once messages pass
	cutOff(t, nodes[1], dial(t, nodes[1], w.Seats["clerk"]))
	if err := w.Store.RevokeSessions(t.Context(), w.Seats["clerk"].PersonID); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := nodes[1].hub.AuthenticateSocket(t.Context(), w.Seats["clerk"].Token, "zh", "")
		if errors.Is(err, court.ErrUnauthenticated) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the session lives on: %v", err)
		}
	}
}

// TestP4ASessionThatEndsWhileItsPhoneStandsInTheDoorIsClosed: it was looked up before and connects after.
func TestP4ASessionThatEndsWhileItsPhoneStandsInTheDoorIsClosed(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	n := startNode(t, s, nil)
	clerk := dial(t, n, w.Seats["clerk"])
	inDoor, goOn := make(chan struct{}), make(chan struct{})
	n.inDoor = func() { close(inDoor); <-goOn }
	late := make(chan *websocket.Conn)
	go func() {
		ws, _, _ := websocket.Dial(context.Background(), n.url, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + w.Seats["clerk"].Token}}})
		late <- ws
	}()
	<-inDoor
	if err := s.RevokeSession(t.Context(), w.Seats["clerk"].PersonID, w.Seats["clerk"].SessionID); err != nil {
		t.Fatal(err)
	}
	<-clerk.Done() // the end of the session has been applied
	close(goOn)
	ws := <-late
	if ws == nil {
		t.Fatal("no connection")
	}
	defer ws.CloseNow()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // a silent phone would be closed later, and with another code
	defer cancel()
	if _, _, err := ws.Read(ctx); websocket.CloseStatus(err) != 4002 {
		t.Errorf("the connection ends with %v, want 4002", err)
	}
}

package hub

import (
	"context"
	"encoding/json"

	"microcourt/store"
	"microcourt/store/court"
)

// SendEvent puts a person's event into a thread: a message, a recall, a hide, a rule of speech. The same ID is the
// same act (promise P2). What comes back stands in the record, on disk (promise P1).
type SendEvent struct {
	CaseID string
	Thread string
	ID     string
	Kind   court.Kind
	Body   json.RawMessage
}

// rule leaves the check to the store, which makes it in the transaction that commits the event.
func (e SendEvent) rule() rule {
	act, ok := court.KindActs[e.Kind]
	if !ok {
		act = court.ActMessageSend
	}
	return rule{act: act, caseID: e.CaseID, inRecord: true}
}

func (e SendEvent) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	draft, err := e.draft(actor)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.Append(ctx, *draft)
}

// draft checks what the event says.
func (e *SendEvent) draft(actor Actor) (*store.Draft, error) {
	if _, ok := court.KindActs[e.Kind]; !ok {
		return nil, court.ErrInvalid.In("kind")
	}
	d := &store.Draft{CaseID: e.CaseID, Thread: e.Thread, ID: e.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Kind: e.Kind}
	var err error
	d.Body, err = court.ParseBody(e.Kind, e.Body)
	return d, err
}

// ListEvents gives a page of a thread's events in ascending order: those before a seq, those after one, or the
// newest.
type ListEvents struct {
	CaseID string
	Thread string
	Page   store.Page
}

// EventPage is a page of a thread.
type EventPage struct {
	Events []court.Event `json:"events" nullable:"false"`
	More   bool          `json:"more" doc:"whether there is more in the direction asked"`
}

func (l ListEvents) rule() rule { return rule{act: court.ActEventList, caseID: l.CaseID} }

func (l ListEvents) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (EventPage, error) {
	th, err := readableThread(l.Thread, st)
	if err != nil {
		return EventPage{}, err
	}
	events, more, err := h.store.Events(ctx, l.CaseID, l.Thread, th.ReadsFrom(st), l.Page)
	if events == nil {
		events = []court.Event{}
	}
	return EventPage{events, more}, err
}

// readableThread parses a thread's name and sees that it is the reader's; any other is not found.
func readableThread(name string, st *court.Standing) (court.Thread, error) {
	th, err := court.ParseThread(name)
	if err == nil && !th.Reads(st) {
		err = court.ErrNotFound
	}
	return th, err
}

// ListThreads gives the threads with events that the actor reads in a case.
type ListThreads struct{ CaseID string }

func (l ListThreads) rule() rule { return rule{act: court.ActEventList, caseID: l.CaseID} }

func (l ListThreads) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.ThreadState, error) {
	threads, err := h.store.Threads(ctx, l.CaseID, actor.PersonID)
	if threads == nil {
		threads = []store.ThreadState{}
	}
	return threads, err
}

// SearchEvents finds messages by their words in all threads that the actor reads, newest first.
type SearchEvents struct {
	CaseID string
	Query  string
	From   store.Place
	Limit  int
}

// FoundEvents is a page of search results.
type FoundEvents struct {
	Events []court.Event
	Next   store.Place // ID "" at the end
}

func (s SearchEvents) rule() rule { return rule{act: court.ActEventSearch, caseID: s.CaseID} }

func (s SearchEvents) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (FoundEvents, error) {
	events, next, err := h.store.SearchEvents(ctx, s.CaseID, actor.PersonID, s.Query, s.From, min(max(s.Limit, 1), 100))
	if events == nil {
		events = []court.Event{}
	}
	return FoundEvents{events, next}, err
}

// MarkRead says how far the actor has read a thread. Marks are collected and written together.
type MarkRead struct {
	CaseID string
	Thread string
	Seq    int64
}

func (m MarkRead) rule() rule { return rule{act: court.ActReadMark, caseID: m.CaseID} }

func (m MarkRead) do(_ context.Context, h *Hub, actor Actor, st *court.Standing) (Nothing, error) {
	if _, err := readableThread(m.Thread, st); err != nil {
		return Nothing{}, err
	}
	if m.Seq < 1 {
		return Nothing{}, court.ErrInvalid.In("seq")
	}
	h.marks.put([]store.ReadMark{{CaseID: m.CaseID, Thread: m.Thread, PersonID: actor.PersonID, Seq: m.Seq}})
	return Nothing{}, nil
}

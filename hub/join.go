package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

const (
	// newestSent is how many events of a thread somebody gets who holds nothing of it.
	newestSent = 50
	// maxMissing is how many missing events are sent one by one; who misses more gets the newest.
	maxMissing = 500
	// replayQueue is how many bytes a replay lets wait before it waits itself.
	replayQueue = 256 << 10
)

// joinRoom makes a connection a member of the live room: it gets what it misses, then what comes, with no window
// between the two (promise P2).
type joinRoom struct {
	conn *conn
	req  *request
	st   court.Standing // as it was when the join was allowed
}

func (j joinRoom) rule() rule { return rule{act: court.ActRoomJoin, caseID: j.req.Case} }

func (j joinRoom) standing() *court.Standing { return j.conn.standingIn(j.req.Case) }

func (j joinRoom) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (Nothing, error) {
	j.st = *st
	r, s := h.takeSeat(j.conn, j.req.Case, *st)
	r.mu.Lock()
	if !s.joined {
		s.joined = true
		r.joined++
	}
	s.live, s.ahead = false, nil
	news := s.here != j.req.Here || r.joined == 1 // the first to join asks the other nodes who is with them
	s.here = j.req.Here
	r.mu.Unlock()
	if err := j.catchUp(ctx, h, r, s); err != nil {
		r.leave(s)
		return Nothing{}, err
	}
	if news {
		h.presence.put([]presenceNews{{room: r, ask: true}})
	}
	return Nothing{}, nil
}

// catchUp answers the join and sends the missing events until the seat can go live. Each round reads the record up
// to what this node has delivered at least; what is delivered meanwhile is in the record already, so a round is all
// that it nearly ever takes.
func (j joinRoom) catchUp(ctx context.Context, h *Hub, r *room, s *seat) error {
	if err := r.activate(ctx); err != nil {
		return err
	}
	cursors, wanted := map[string]int64{}, map[string]int64{}
	if missed, last, ok := r.recentFor(&j.st, j.req.Have); ok {
		marks, receipts, err := j.marks(ctx, h, last)
		if err != nil {
			return err
		}
		j.answer(r, s, last, marks, receipts)
		for _, f := range missed {
			j.conn.reply(f)
		}
		cursors = last
	} else {
		threads, err := h.store.Threads(ctx, r.id, j.conn.actor.PersonID)
		if err != nil {
			return err
		}
		marks := map[string]int64{}
		for _, t := range threads {
			wanted[t.Thread] = t.Seq
			if t.Read > 0 {
				marks[t.Thread] = t.Read
			}
			if have, ok := j.req.Have[t.Thread]; ok {
				cursors[t.Thread] = have
			}
		}
		receipts, err := h.store.Receipts(ctx, r.id, j.conn.actor.PersonID)
		if err != nil {
			return err
		}
		j.answer(r, s, wanted, marks, receipts)
	}
	var err error
	for first := true; ; first = false {
		for thread, head := range wanted {
			cursor, held := cursors[thread]
			if held && cursor == head {
				continue
			}
			if cursors[thread], err = j.replay(ctx, h, thread, cursor, head, held && cursor > 0 || !first); err != nil {
				return err
			}
		}
		if wanted = r.goLive(s, cursors); wanted == nil {
			return nil
		}
	}
}

// replay sends what is missing of a thread behind cursor and gives the new cursor. held says that the client holds
// everything up to the cursor.
func (j joinRoom) replay(ctx context.Context, h *Hub, thread string, cursor, head int64, held bool) (int64, error) {
	th, err := court.ParseThread(thread)
	if err != nil {
		return 0, err
	}
	from := th.ReadsFrom(&j.st)
	if held && (cursor > head || head-cursor > maxMissing) {
		j.conn.reply(jsonFrame(threadMessage{T: "reset", Case: j.req.Case, Thread: thread, Seq: head}))
		held = false
	}
	if !held {
		events, _, err := h.store.Events(ctx, j.req.Case, thread, from, store.Page{After: -1, Limit: newestSent})
		if err != nil {
			return 0, err
		}
		return j.sendAll(events, head)
	}
	for cursor < head {
		events, more, err := h.store.Events(ctx, j.req.Case, thread, from, store.Page{After: cursor, Limit: store.MaxPage})
		if err != nil {
			return 0, err
		}
		if !more {
			return j.sendAll(events, max(cursor, head))
		}
		if cursor, err = j.sendAll(events, cursor); err != nil {
			return 0, err
		}
	}
	return cursor, nil
}

// sendAll sends events at the phone's pace and gives the seq up to which the client now holds the thread: the last
// sent, or at least if there was none.
func (j joinRoom) sendAll(events []court.Event, atLeast int64) (int64, error) {
	for i := range events {
		if !j.conn.waitBelow(replayQueue) {
			return 0, court.ErrUnavailable
		}
		j.conn.reply(eventFrame(&events[i]))
		atLeast = max(atLeast, events[i].Seq)
	}
	return atLeast, nil
}

// marks gives how far the joiner has read, and the receipts for the joiner's own messages; most rooms have neither.
func (j joinRoom) marks(ctx context.Context, h *Hub, threads map[string]int64) (read map[string]int64, receipts []store.Receipt, err error) {
	all, err := h.store.ReadMarks(ctx, j.req.Case)
	if err != nil {
		return nil, nil, err
	}
	read = map[string]int64{}
	others := false
	for _, m := range all {
		if _, mine := threads[m.Thread]; !mine {
			continue
		}
		if m.PersonID == j.conn.actor.PersonID {
			read[m.Thread] = m.Seq
		} else {
			others = true
		}
	}
	if others {
		receipts, err = h.store.Receipts(ctx, j.req.Case, j.conn.actor.PersonID)
	}
	return read, receipts, err
}

// answer answers the join. What is told later of who is present comes behind it.
func (j joinRoom) answer(r *room, s *seat, last, read map[string]int64, receipts []store.Receipt) {
	a := joinAck{
		ackMessage: ack(j.req.ID), Case: r.id, Me: j.st.ParticipantID,
		Last: last, Read: read, Receipts: map[string]map[string]int64{},
	}
	for _, rc := range receipts {
		if a.Receipts[rc.Reader] == nil {
			a.Receipts[rc.Reader] = map[string]int64{}
		}
		a.Receipts[rc.Reader][rc.Thread] = rc.Seq
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, s.holds = r.presenceLocked()
	a.Here = s.holds
	j.conn.reply(jsonFrame(a))
}

// leaveRoom ends a connection's membership in the live room.
type leaveRoom struct {
	conn   *conn
	caseID string
}

func (l leaveRoom) rule() rule { return rule{act: court.ActRoomLeave, caseID: l.caseID} }

func (l leaveRoom) standing() *court.Standing { return l.conn.standingIn(l.caseID) }

func (l leaveRoom) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	if r, s := h.seatOf(l.conn, l.caseID); r != nil && s != nil {
		r.leave(s)
	}
	return Nothing{}, nil
}

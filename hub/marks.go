package hub

import (
	"context"
	"time"

	"microcourt/store"
)

// markPause is how long read marks are collected before they are written: a person who scrolls reads many messages
// within a moment.
const markPause = 300 * time.Millisecond

// flushMarks is the goroutine that writes read marks, many at once, and shows the receipts that follow. What waits
// at the end is written too.
func (h *Hub) flushMarks() {
	for {
		select {
		case <-h.marks.wake:
			select {
			case <-time.After(markPause):
			case <-h.stop:
				h.writeMarks()
				return
			}
			h.writeMarks()
		case <-h.stop:
			h.writeMarks()
			return
		}
	}
}

func (h *Hub) writeMarks() {
	type key struct{ caseID, thread, person string }
	newest := map[key]int64{}
	for _, m := range h.marks.take() {
		k := key{m.CaseID, m.Thread, m.PersonID}
		newest[k] = max(newest[k], m.Seq)
	}
	if len(newest) == 0 {
		return
	}
	marks := make([]store.ReadMark, 0, len(newest))
	for k, seq := range newest {
		marks = append(marks, store.ReadMark{CaseID: k.caseID, Thread: k.thread, PersonID: k.person, Seq: seq})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	receipts, err := h.store.MarkRead(ctx, marks)
	if err != nil {
		h.log.Warn("write read marks", "err", err) // the page marks again when it next reads
		return
	}
	for _, m := range marks {
		for _, c := range h.connsOf(m.PersonID) {
			h.noteDesk(c, m.CaseID)
		}
	}
	byCase := map[string][]store.Receipt{}
	for _, rc := range receipts {
		byCase[rc.CaseID] = append(byCase[rc.CaseID], rc)
	}
	for caseID, of := range byCase {
		h.showReceipts(of)
		h.publish(caseID, relayMessage{Receipts: of})
	}
}

// showReceipts tells authors that somebody has read their messages.
func (h *Hub) showReceipts(receipts []store.Receipt) {
	for _, rc := range receipts {
		r := h.live(rc.CaseID)
		if r == nil {
			continue
		}
		f := jsonFrame(threadMessage{T: "receipt", Case: rc.CaseID, Thread: rc.Thread, Seq: rc.Seq, By: rc.Reader})
		r.each(func(s *seat) bool { return s.joined && s.st.ParticipantID == rc.Author }, func(c *conn) { c.send(f) })
	}
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// hearingLists are the read model of hearings, from events of the room.
var hearingLists = lists{applyHearing, func(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	ids, err := idsOf(events, court.KindHearingScheduled, func(b *hearing.ScheduledBody) string { return b.Hearing })
	if err != nil {
		return err
	}
	return tx.forget(ctx, caseID, []removal{{"hearing", ofCase, "id = $1", ids}})
}, []listTable{{"hearing", "case_id = $1"}}}

// wholeCase are kinds that may change every hearing of the case that isn't over.
var wholeCase = map[court.Kind]bool{court.KindNoticeAccepted: true, court.KindCaseChanged: true, court.KindStagesTransferred: true, court.KindApplicationAnswered: true}

func applyHearing(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch {
	case ev.Kind == court.KindHearingScheduled:
		st := hearing.New(ev.Kind, ev.Body, ev.At)
		if st == nil {
			return court.ErrInvalid.In("hearing")
		}
		text, err := json.Marshal(st)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "INSERT INTO hearing (id, case_id, seq, status, at, waiting, state) VALUES ($1, $2, $3, $4, $5, 0, $6)",
			st.ID, ev.CaseID, ev.Seq, string(st.Status), st.At, string(text))
		return err
	case strings.HasPrefix(string(ev.Kind), "hearing_"):
		rows, err := tx.query(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", ev.CaseID, hearing.Of(ev.Body))
		return tx.applyTo(ctx, rows, err, ev)
	case wholeCase[ev.Kind] && ev.Thread == court.RoomThread:
		rows, err := tx.query(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND status NOT IN ('closed', 'cancelled', 'offline') ORDER BY id", ev.CaseID)
		return tx.applyTo(ctx, rows, err, ev)
	}
	return nil
}

// applyTo brings the hearings that were selected up to an event.
func (tx *Tx) applyTo(ctx context.Context, rows *sql.Rows, err error, ev *court.Event) error {
	list, err := collect(rows, err, scanHearing)
	if err != nil {
		return err
	}
	for _, st := range list {
		st.Apply(ev.Kind, ev.Body, ev.At, ev.By)
		text, err := json.Marshal(st)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "UPDATE hearing SET status = $2, at = $3, waiting = $4, state = $5 WHERE id = $1", st.ID, string(st.Status), st.At, st.Waiting(), string(text))
		if err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/transcript"
)

// transcriptLists are the read model of what became of transcripts, from events of the room.
var transcriptLists = lists{applyTranscript, func(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	var ids []string
	for i := range events {
		if id := transcript.Of(events[i].Body); id != "" && strings.HasPrefix(string(events[i].Kind), "transcript_") {
			ids = append(ids, id)
		}
	}
	return tx.forget(ctx, caseID, []removal{{"transcript", ofCase, "hearing_id = $1", ids}})
}, []listTable{{"transcript", "case_id = $1"}}}

func applyTranscript(ctx context.Context, tx *Tx, ev *court.Event) error {
	if !strings.HasPrefix(string(ev.Kind), "transcript_") {
		return nil
	}
	t, err := transcriptOf(ctx, tx, ev.CaseID, transcript.Of(ev.Body))
	if err != nil {
		return err
	}
	t.Apply(ev.Kind, ev.Body, ev.Seq, ev.At, ev.By)
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	unsigned := 0
	for _, p := range t.Signers {
		if p.OfCourt && p.Answer != transcript.Signed {
			unsigned++
		}
	}
	_, err = tx.exec(ctx, `INSERT INTO transcript (hearing_id, case_id, status, until, open, unsigned, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (hearing_id) DO UPDATE SET status = excluded.status, until = excluded.until, open = excluded.open, unsigned = excluded.unsigned, state = excluded.state`,
		t.Hearing, ev.CaseID, string(t.Status), t.Until, t.Open(), unsigned, string(text))
	return err
}

// transcriptOf gives what became of a hearing's transcript.
func transcriptOf(ctx context.Context, q queryer, caseID, hearingID string) (*transcript.State, error) {
	t := transcript.New(hearingID)
	var text string
	err := q.row(ctx, "SELECT state FROM transcript WHERE case_id = $1 AND hearing_id = $2", caseID, hearingID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), t)
	}
	return t, err
}

package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// recordingLists are the read model of the recordings' files, from events of the room.
var recordingLists = lists{applyRecording, func(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	var ids []string
	for i := range events {
		if events[i].Kind != court.KindHearingRecording {
			continue
		}
		if err := applyAs(&events[i], func(b *hearing.RecordingBody) error {
			for _, f := range b.Files {
				ids = append(ids, f.ID)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return tx.forget(ctx, caseID, []removal{{"recording_file", ofCase, "id = $1", ids}})
}, []listTable{{"recording_file", "case_id = $1"}}}

func applyRecording(ctx context.Context, tx *Tx, ev *court.Event) error {
	if ev.Kind != court.KindHearingRecording {
		return nil
	}
	return applyAs(ev, func(b *hearing.RecordingBody) error {
		for _, f := range b.Files {
			if _, err := tx.exec(ctx, `INSERT INTO recording_file (id, hearing_id, case_id, seq, part, seat, media, at, duration, width, height, size, sha256)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, f.ID, b.Hearing, ev.CaseID, ev.Seq, b.Part, f.Seat, string(f.Media), f.At, f.Duration,
				f.Width, f.Height, f.Size, f.SHA256); err != nil {
				return err
			}
		}
		return nil
	})
}

// Recorded is a file of a part of a recording.
type Recorded struct {
	Part int `json:"part"`
	hearing.RecordedFile
}

const recordedColumns = "part, id, seat, media, at, duration, width, height, size, sha256"

func scanRecorded(r *sql.Rows) (f Recorded, err error) {
	return f, r.Scan(&f.Part, &f.ID, &f.Seat, &f.Media, &f.At, &f.Duration, &f.Width, &f.Height, &f.Size, &f.SHA256)
}

// recordings gives the files of a hearing's recording in the order of time.
func recordings(ctx context.Context, q queryer, caseID, hearingID string) ([]Recorded, error) {
	rows, err := q.query(ctx, "SELECT "+recordedColumns+" FROM recording_file WHERE case_id = $1 AND hearing_id = $2 ORDER BY part, at, id", caseID, hearingID)
	return collect(rows, err, scanRecorded)
}

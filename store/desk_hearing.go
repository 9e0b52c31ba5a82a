package store

import (
	"context"
	"database/sql"
	"time"

	"microcourt/store/court/hearing"
)

// addHearings counts the hearings of the day and those under way, and who waits in their lobbies.
func (s *Store) addHearings(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type held struct {
		caseID, id string
		status     hearing.Status
		at         int64
		waiting    int
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x.id, x.status, x.at, x.waiting", "hearing x", "x.status NOT IN ('closed', 'cancelled', 'offline')", func(r *sql.Rows) (h held, err error) {
		return h, r.Scan(&h.caseID, &h.id, &h.status, &h.at, &h.waiting)
	})
	if err != nil {
		return err
	}
	begins, ends := dayOf(now)
	for _, h := range list {
		r := rooms[h.caseID]
		if r == nil {
			continue
		}
		if h.at >= begins && h.at < ends || h.status == hearing.Open || h.status == hearing.InSession {
			r.Waiting.Hearings++
		}
		r.Waiting.Lobby += h.waiting
		r.runsOut(now, DeskDeadline{RunsHearing, h.at, "", h.id})
	}
	return nil
}

// addTranscripts counts those on which the court has something to do.
func (s *Store) addTranscripts(ctx context.Context, q DeskQuery, _ int64, rooms map[string]*DeskRoom) error {
	list, err := deskRows(ctx, s, q, "x.case_id", "transcript x", "x.status = 'reading' AND (x.open > 0 OR x.unsigned > 0)", func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	for _, id := range list {
		if r := rooms[id]; r != nil {
			r.Waiting.Transcripts++
		}
	}
	return err
}

// dayOf gives when the court's day of a time begins and ends, Unix milliseconds.
func dayOf(ms int64) (begins, ends int64) {
	y, m, d := time.UnixMilli(ms).In(courtZone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, courtZone)
	return day.UnixMilli(), day.AddDate(0, 0, 1).UnixMilli()
}

var courtZone = time.FixedZone("CST", 8*60*60)

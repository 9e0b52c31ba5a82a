package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"microcourt/store/court"
)

// lists are read models on one subject that follow from the events of a case alone, so that they can be made anew.
type lists struct {
	// apply brings them up to an event. It takes everything from the event; events on other subjects change nothing.
	apply func(ctx context.Context, tx *Tx, ev *court.Event) error
	// forget removes a case's rows: what the tables say is the case's, and what its events say is.
	forget func(ctx context.Context, tx *Tx, caseID string, events []court.Event) error
	tables []listTable
}

// listTable is one of the tables, and how its rows of a case ($1) are found.
type listTable struct{ name, ofCase string }

// allLists gives the read models of all subjects.
func allLists() []lists {
	return []lists{evidenceLists, applicationLists, consentLists, paperCopyLists, signingLists, feeLists, serviceLists, hearingLists, recordingLists, transcriptLists, reviewLists}
}

// apply brings all read models up to an event.
func (tx *Tx) apply(ctx context.Context, ev *court.Event) error {
	for _, l := range allLists() {
		if err := l.apply(ctx, tx, ev); err != nil {
			return err
		}
	}
	return nil
}

// Rebuild makes the read models of a case anew from its events, and names the tables that were not as the events say.
func (s *Store) Rebuild(ctx context.Context, caseID string, by By) (wrong []string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		wrong = nil
		if err := tx.lockThreads(ctx, caseID); err != nil {
			return err
		}
		was, err := tx.listRows(ctx, caseID)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `SELECT case_id, thread, seq, id, at, by_id, kind, body, withdrawn_by FROM event
			WHERE case_id = $1 AND kind NOT IN ('text', 'image', 'voice', 'video', 'file', 'location') ORDER BY thread, seq`, caseID)
		events, err := collect(rows, err, scanEvent)
		if err != nil {
			return err
		}
		for _, l := range allLists() {
			if err := l.forget(ctx, tx, caseID, events); err != nil {
				return err
			}
		}
		for i := range events {
			if err := tx.apply(ctx, &events[i]); err != nil {
				return err
			}
		}
		now, err := tx.listRows(ctx, caseID)
		if err != nil {
			return err
		}
		for _, l := range allLists() {
			for _, t := range l.tables {
				if !slices.Equal(was[t.name], now[t.name]) {
					wrong = append(wrong, t.name)
				}
			}
		}
		return tx.audit(ctx, by.PersonID, court.ActListRebuild, caseID, strings.Join(wrong, " "), by.Address)
	})
	return wrong, err
}

// lockThreads locks the room of a case and every thread between somebody and the bench or of service, in the order of their names: while the lists are
// made anew nothing that they follow from happens.
func (tx *Tx) lockThreads(ctx context.Context, caseID string) error {
	rows, err := tx.query(ctx, "SELECT id FROM participant WHERE case_id = $1", caseID)
	people, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	names := []string{court.RoomThread}
	for _, id := range people {
		names = append(names, court.BenchThread(id), court.ServiceThread(id))
	}
	slices.Sort(names)
	for _, name := range names {
		if _, err := tx.lockHead(ctx, caseID, name); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, "DELETE FROM thread WHERE case_id = $1 AND last_seq = 0", caseID) // those that were made to be locked
	return err
}

// listRows gives the rows of each table as text, sorted.
func (tx *Tx) listRows(ctx context.Context, caseID string) (map[string][]string, error) {
	all := map[string][]string{}
	for _, l := range allLists() {
		for _, t := range l.tables {
			rows, err := tx.query(ctx, "SELECT * FROM "+t.name+" WHERE "+t.ofCase, caseID)
			texts, err := collect(rows, err, func(r *sql.Rows) (string, error) {
				columns, err := r.Columns()
				if err != nil {
					return "", err
				}
				row, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range row {
					into[i] = &row[i]
				}
				err = r.Scan(into...)
				return fmt.Sprintf("%#v", row), err
			})
			if err != nil {
				return nil, err
			}
			slices.Sort(texts)
			all[t.name] = texts
		}
	}
	return all, nil
}

// removal says which rows of a table are removed: those of a case ($1), and those by the ids that the case's events name.
type removal struct {
	table, rows, byID string // byID: $1 is one of ids
	ids               []string
}

// ofCase finds the rows of a case; what is of no case is nobody's.
const ofCase = "case_id = $1 OR case_id NOT IN (SELECT id FROM court_case)"

// forget removes rows in an order that no foreign key forbids.
func (tx *Tx) forget(ctx context.Context, caseID string, all []removal) error {
	for _, f := range all {
		for _, id := range f.ids {
			if _, err := tx.exec(ctx, "DELETE FROM "+f.table+" WHERE "+f.byID, id); err != nil {
				return err
			}
		}
		if _, err := tx.exec(ctx, "DELETE FROM "+f.table+" WHERE "+f.rows, caseID); err != nil {
			return err
		}
	}
	return nil
}

// idsOf gives what one kind of event says was made by it.
func idsOf[B any](events []court.Event, kind court.Kind, id func(b *B) string) (ids []string, err error) {
	for i := range events {
		if events[i].Kind == kind {
			err = errors.Join(err, applyAs(&events[i], func(b *B) error { ids = append(ids, id(b)); return nil }))
		}
	}
	return ids, err
}

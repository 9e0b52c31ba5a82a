package store

import (
	"context"
	"database/sql"
	"errors"
)

// ReadMark says how far a person has read a thread.
type ReadMark struct {
	CaseID   string
	Thread   string
	PersonID string
	Seq      int64
}

// Receipt says that a mark covers messages of an author for the first time; Seq is the newest of them.
type Receipt struct {
	ReadMark
	Author string // participant id
	Reader string // participant id
}

// MarkRead moves read marks forward, all in one transaction, and gives the receipts that follow. A mark never moves
// back and never beyond the thread's end. The caller has checked that each person reads the thread.
func (s *Store) MarkRead(ctx context.Context, marks []ReadMark) ([]Receipt, error) {
	var receipts []Receipt
	run := func(ctx context.Context, tx *Tx) error {
		receipts = receipts[:0]
		for _, m := range marks {
			got, err := tx.markRead(ctx, m)
			if err != nil {
				return err
			}
			receipts = append(receipts, got...)
		}
		return nil
	}
	if s.engine == SQLite {
		err := s.writer.do(ctx, &job{run: run, keepsAccess: true})
		return receipts, err
	}
	return receipts, s.write(ctx, run)
}

func (tx *Tx) markRead(ctx context.Context, m ReadMark) ([]Receipt, error) {
	var end, was int64
	var reader string
	err := tx.row(ctx, `SELECT t.last_seq, p.id, COALESCE(m.seq, 0) FROM thread t
		JOIN participant p ON p.case_id = t.case_id AND p.person_id = $3 AND p.removed_at IS NULL
		LEFT JOIN read_mark m ON m.case_id = t.case_id AND m.thread = t.name AND m.person_id = p.person_id
		WHERE t.case_id = $1 AND t.name = $2`, m.CaseID, m.Thread, m.PersonID).Scan(&end, &reader, &was)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // nothing was said there yet, or the reader has left meanwhile
	}
	if err != nil {
		return nil, err
	}
	m.Seq = min(m.Seq, end)
	if m.Seq <= was {
		return nil, nil
	}
	if _, err := tx.exec(ctx, `INSERT INTO read_mark (case_id, thread, person_id, seq, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (case_id, person_id, thread) DO UPDATE SET seq = excluded.seq, at = excluded.at`,
		m.CaseID, m.Thread, m.PersonID, m.Seq, tx.now); err != nil {
		return nil, err
	}
	rows, err := tx.query(ctx, `SELECT by_id, max(seq) FROM event WHERE case_id = $1 AND thread = $2 AND seq > $3 AND seq <= $4
		AND by_person <> $5 AND by_id <> '' GROUP BY by_id`, m.CaseID, m.Thread, was, m.Seq, m.PersonID)
	return collect(rows, err, func(r *sql.Rows) (Receipt, error) {
		rc := Receipt{ReadMark: m, Reader: reader}
		return rc, r.Scan(&rc.Author, &rc.Seq)
	})
}

// ReadMarks gives the read marks of everybody in a case. It is for the hub's bookkeeping and never for anybody's eyes as
// a whole.
func (s *Store) ReadMarks(ctx context.Context, caseID string) ([]ReadMark, error) {
	return s.marksIn.get(ctx, caseID)
}

func askMarksIn(s *Store) *together[ReadMark] {
	return newTogether(s, "SELECT case_id, case_id, thread, person_id, seq FROM read_mark WHERE case_id IN (KEYS)",
		func() []any { return nil },
		func(row scanner) (m ReadMark, err error) {
			return m, row.Scan(&m.CaseID, &m.Thread, &m.PersonID, &m.Seq)
		})
}

// Receipts gives, for each reader and thread, the newest of the person's own messages that the reader has read, in
// the threads that the person reads.
func (s *Store) Receipts(ctx context.Context, caseID, personID string) ([]Receipt, error) {
	rows, err := s.query(ctx, `SELECT p.id, o.id, t.name,
		(SELECT max(e.seq) FROM event e WHERE e.case_id = t.case_id AND e.thread = t.name AND e.seq <= m.seq AND e.by_id = p.id)
		FROM participant p JOIN thread t ON t.case_id = p.case_id AND `+mine+`
		JOIN read_mark m ON m.case_id = t.case_id AND m.thread = t.name AND m.person_id <> p.person_id
		JOIN participant o ON o.case_id = t.case_id AND o.person_id = m.person_id AND o.removed_at IS NULL
		WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL`, caseID, personID)
	all, err := collect(rows, err, func(r *sql.Rows) (Receipt, error) {
		rc := Receipt{ReadMark: ReadMark{CaseID: caseID}}
		var seq sql.NullInt64
		err := r.Scan(&rc.Author, &rc.Reader, &rc.Thread, &seq)
		rc.Seq = seq.Int64
		return rc, err
	})
	if err != nil {
		return nil, err
	}
	some := all[:0]
	for _, rc := range all {
		if rc.Seq > 0 {
			some = append(some, rc)
		}
	}
	return some, nil
}

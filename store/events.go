package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
)

// Page says which part of a thread is wanted: the newest, those before a seq, or those after one.
type Page struct {
	Before int64 // 0: no upper bound
	After  int64 // with Before 0: ascending from here; -1 means from the newest backwards
	Limit  int
}

// MaxPage bounds a page of events.
const MaxPage = 200

const eventColumns = `case_id, thread, seq, id, at, by_id, kind, CASE WHEN withdrawn_by = '' THEN body ELSE '{}' END, withdrawn_by`

func scanEvent(r *sql.Rows) (court.Event, error) {
	var ev court.Event
	var body string
	err := r.Scan(&ev.CaseID, &ev.Thread, &ev.Seq, &ev.ID, &ev.At, &ev.By, &ev.Kind, &body, &ev.Withdrawn)
	ev.Body = json.RawMessage(body)
	return ev, err
}

// Events gives a page of a thread in ascending order and whether there is more in the direction asked. from is the
// reader's lower bound in time (court.Thread.ReadsFrom). The caller has checked that the reader reads the thread.
func (s *Store) Events(ctx context.Context, caseID, thread string, from int64, p Page) ([]court.Event, bool, error) {
	limit := min(max(p.Limit, 1), MaxPage)
	query := `SELECT ` + eventColumns + ` FROM event WHERE case_id = $1 AND thread = $2 AND at >= $3 AND seq `
	bound := p.After
	forward := p.Before == 0 && p.After >= 0
	if forward {
		query += `> $4 ORDER BY seq LIMIT $5`
	} else {
		bound = p.Before
		if bound == 0 {
			bound = 1 << 62
		}
		query += `< $4 ORDER BY seq DESC LIMIT $5`
	}
	rows, err := s.query(ctx, query, caseID, thread, from, bound, limit+1)
	events, err := collect(rows, err, scanEvent)
	if err != nil {
		return nil, false, err
	}
	more := len(events) > limit
	if more {
		events = events[:limit]
	}
	if !forward {
		slices.Reverse(events)
	}
	return events, more, nil
}

// Heads gives the newest seq of every thread of a case. It is for the hub's own bookkeeping and never for anybody's
// eyes as a whole.
func (s *Store) Heads(ctx context.Context, caseID string) (map[string]int64, error) {
	rows, err := s.query(ctx, "SELECT name, last_seq FROM thread WHERE case_id = $1 AND last_seq > 0", caseID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	heads := map[string]int64{}
	for rows.Next() {
		var name string
		var seq int64
		if err := rows.Scan(&name, &seq); err != nil {
			return nil, err
		}
		heads[name] = seq
	}
	return heads, rows.Err()
}

// mine selects, of the threads t of the cases of the participants p, those that p reads. It says in SQL what
// court.Thread.Reads says in Go; a test compares the two.
const mine = `(t.name = 'room' OR t.name = 'bench/' || p.id OR t.name LIKE 'pair/' || p.id || '/%' OR t.name LIKE 'pair/%/' || p.id
	OR p.role = 'judge' AND t.name LIKE 'bench/%' AND t.last_at >= p.joined_at
	OR t.name = 'service/' || p.id OR p.role IN ('judge', 'clerk') AND t.name LIKE 'service/%')`

// ThreadState is a thread as one reader sees it.
type ThreadState struct {
	Thread string `json:"thread"`
	Seq    int64  `json:"seq"`
	At     int64  `json:"at"`
	Read   int64  `json:"read"`
	Unread int64  `json:"unread"` // at most MaxUnread
}

// MaxUnread is where counting of unread events ends.
const MaxUnread = 100

// Threads gives the threads with events that a person reads in a case.
func (s *Store) Threads(ctx context.Context, caseID, personID string) ([]ThreadState, error) {
	rows, err := s.query(ctx, `SELECT t.name, t.last_seq, t.last_at, COALESCE(m.seq, 0),
		(SELECT count(*) FROM (SELECT 1 FROM event e WHERE e.case_id = t.case_id AND e.thread = t.name AND e.seq > COALESCE(m.seq, 0)
			AND e.by_person <> p.person_id AND (t.name NOT LIKE 'bench/%' OR t.name = 'bench/' || p.id OR e.at >= p.joined_at) LIMIT 100) u)
		FROM participant p JOIN thread t ON t.case_id = p.case_id AND t.last_seq > 0 AND `+mine+`
		LEFT JOIN read_mark m ON m.case_id = p.case_id AND m.person_id = p.person_id AND m.thread = t.name
		WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL ORDER BY t.name`, caseID, personID)
	return collect(rows, err, func(r *sql.Rows) (t ThreadState, err error) {
		return t, r.Scan(&t.Thread, &t.Seq, &t.At, &t.Read, &t.Unread)
	})
}

// SearchEvents finds messages whose words hold every term of the query, in all threads that the person reads, newest
// first. cursor is the last result's place, "" at first; next is "" at the end. Withdrawn messages are not found.
func (s *Store) SearchEvents(ctx context.Context, caseID, personID, query string, cursor Place, limit int) (found []court.Event, next Place, err error) {
	args := []any{caseID, personID}
	var where strings.Builder
	for _, term := range searchTerms(query) {
		args = append(args, "%"+escapeLike(strings.ToLower(term))+"%")
		where.WriteString(" AND e.words LIKE " + param(len(args)) + ` ESCAPE '\'`)
	}
	if where.Len() == 0 {
		return nil, Place{}, court.ErrInvalid.In("q")
	}
	if cursor.ID != "" {
		args = append(args, cursor.At, cursor.ID)
		where.WriteString(" AND (e.at < " + param(len(args)-1) + " OR e.at = " + param(len(args)-1) + " AND e.id < " + param(len(args)) + ")")
	}
	args = append(args, limit+1)
	rows, err := s.query(ctx, `SELECT e.case_id, e.thread, e.seq, e.id, e.at, e.by_id, e.kind, e.body, e.withdrawn_by
		FROM participant p JOIN thread t ON t.case_id = p.case_id AND `+mine+`
		JOIN event e ON e.case_id = t.case_id AND e.thread = t.name
		WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL
		AND (t.name NOT LIKE 'bench/%' OR t.name = 'bench/' || p.id OR e.at >= p.joined_at)
		AND e.withdrawn_by = ''`+where.String()+`
		ORDER BY e.at DESC, e.id DESC LIMIT `+param(len(args)), args...)
	if found, err = collect(rows, err, scanEvent); err != nil {
		return nil, Place{}, err
	}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		next = Place{At: last.At, ID: last.ID}
	}
	return found, next, nil
}

// Place is where a list of search results goes on.
type Place struct {
	At int64
	ID string
}

// ThreadHead is how far a thread is.
type ThreadHead struct {
	CaseID, Thread string
	Seq            int64
}

// HeadsOf gives the heads of all threads of some cases. Like Heads it is for the hub's bookkeeping alone.
func (s *Store) HeadsOf(ctx context.Context, cases []string) ([]ThreadHead, error) {
	var all []ThreadHead
	for chunk := range slices.Chunk(cases, 500) {
		marks, args := make([]string, len(chunk)), make([]any, len(chunk))
		for i, id := range chunk {
			marks[i], args[i] = param(i+1), id
		}
		rows, err := s.query(ctx, "SELECT case_id, name, last_seq FROM thread WHERE case_id IN ("+strings.Join(marks, ",")+")", args...)
		heads, err := collect(rows, err, func(r *sql.Rows) (h ThreadHead, err error) { return h, r.Scan(&h.CaseID, &h.Thread, &h.Seq) })
		if err != nil {
			return nil, err
		}
		all = append(all, heads...)
	}
	return all, nil
}

// Shared reports whether other processes may write to the same record.
func (s *Store) Shared() bool { return s.engine == PostgreSQL }

package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"microcourt/store/seal"
)

// sealPage is how many events are read at a time.
const sealPage = 500

// threadLog is a thread's Merkle log on its tiles in the record, with the marks of the events that it took in.
type threadLog struct {
	*seal.Log
	s              *Store
	ctx            context.Context // of the one work that it is made for
	caseID, thread string
	marks          map[int64][]byte // by number of the tile
	fresh          int              // events since the last insert
}

func newThreadLog(ctx context.Context, s *Store, caseID, thread string, size int64) *threadLog {
	l := &threadLog{s: s, ctx: ctx, caseID: caseID, thread: thread, marks: map[int64][]byte{}}
	l.Log = seal.NewLog(size, func(key seal.TileKey) ([]byte, error) {
		hashes, _, err := s.sealTile(ctx, caseID, thread, key)
		return hashes, err
	})
	return l
}

// sealTile gives a tile of a thread's log, empty where there is none.
func (s *Store) sealTile(ctx context.Context, caseID, thread string, key seal.TileKey) (hashes, marks []byte, err error) {
	err = s.row(ctx, "SELECT hashes, marks FROM seal_tile WHERE case_id = $1 AND thread = $2 AND level = $3 AND number = $4", caseID, thread, key.Level, key.N).Scan(&hashes, &marks)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return hashes, marks, err
}

// take appends an event.
func (l *threadLog) take(e *seal.Event) error {
	tile := l.Size / seal.TileWidth
	marks, ok := l.marks[tile]
	if !ok && l.Size%seal.TileWidth > 0 {
		_, noted, err := l.s.sealTile(l.ctx, l.caseID, l.thread, seal.TileKey{N: tile})
		if err != nil {
			return err
		}
		marks = firstMarks(noted, int(l.Size%seal.TileWidth))
	}
	l.marks[tile] = appendMarks(marks, e)
	l.fresh++
	return l.Append(e.Leaf())
}

// insert writes the tiles that changed.
func (l *threadLog) insert(ctx context.Context, tx *Tx) error {
	for key, hashes := range l.Changed {
		marks := []byte{}
		if key.Level == 0 {
			marks = l.marks[key.N]
		}
		_, err := tx.exec(ctx, `INSERT INTO seal_tile (case_id, thread, level, number, hashes, marks) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (case_id, thread, level, number) DO UPDATE SET hashes = excluded.hashes, marks = excluded.marks`,
			l.caseID, l.thread, key.Level, key.N, hashes, marks)
		if err != nil {
			return err
		}
	}
	return nil
}

// forget drops tiles that are full and written, so that a long thread doesn't fill the memory.
func (l *threadLog) forget() {
	for key, hashes := range l.Changed {
		if len(hashes) == seal.TileWidth*len(seal.Hash{}) {
			delete(l.Changed, key)
			if key.Level == 0 {
				delete(l.marks, key.N)
			}
		}
	}
	l.fresh = 0
}

// The marks of a tile stand one event after the other, for each group of columns its length and its marks.
func appendMarks(to []byte, e *seal.Event) []byte {
	for g := range seal.Group(seal.Groups) {
		m := e.Marks(g, seal.GroupSalt(e.Salt, g))
		to = binary.AppendUvarint(to, uint64(len(m)))
		to = append(to, m...)
	}
	return to
}

// nextMarks takes an event's marks off the front; what can't be read is empty.
func nextMarks(from []byte) (marks [seal.Groups][]byte, rest []byte) {
	for g := range marks {
		n, width := binary.Uvarint(from)
		if width <= 0 || n > uint64(len(from)-width) {
			return [seal.Groups][]byte{}, nil
		}
		marks[g], from = from[width:width+int(n)], from[width+int(n):]
	}
	return marks, from
}

// firstMarks gives the marks of the first events of a tile.
func firstMarks(of []byte, events int) []byte {
	rest := of
	for range events {
		_, rest = nextMarks(rest)
	}
	return append([]byte{}, of[:len(of)-len(rest)]...)
}

// sealRow is an event with everything that is sealed, and what isn't.
type sealRow struct {
	seal.Event
	withdrawn string
}

// sealRows gives a page of a thread's rows behind a number, with their files, up to a time.
func (s *Store) sealRows(ctx context.Context, caseID, thread string, after, until int64) ([]sealRow, error) {
	rows, err := s.query(ctx, `SELECT seq, id, at, by_person, by_id, session_id, kind, body, words, digest, salt, withdrawn_by FROM event
		WHERE case_id = $1 AND thread = $2 AND seq > $3 AND at <= $4 ORDER BY seq LIMIT $5`, caseID, thread, after, until, sealPage)
	page, err := collect(rows, err, func(r *sql.Rows) (e sealRow, err error) {
		e.CaseID, e.Thread = caseID, thread
		return e, r.Scan(&e.Seq, &e.ID, &e.At, &e.ByPerson, &e.By, &e.SessionID, &e.Kind, &e.Body, &e.Words, &e.Digest, &e.Salt, &e.withdrawn)
	})
	if err != nil || len(page) == 0 {
		return page, err
	}
	rows, err = s.query(ctx, `SELECT seq, id, kind, name, type, size, sha256, thumb_sha256, width, height, person_id, upload_id, created_at, COALESCE(finished_at, 0)
		FROM attachment WHERE case_id = $1 AND thread = $2 AND seq >= $3 AND seq <= $4 AND seq > 0 ORDER BY seq`,
		caseID, thread, page[0].Seq, page[len(page)-1].Seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	i := 0
	for rows.Next() {
		var f seal.File
		var seq int64
		if err := rows.Scan(&seq, &f.ID, &f.Kind, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.ThumbSHA256, &f.Width, &f.Height,
			&f.PersonID, &f.UploadID, &f.CreatedAt, &f.FinishedAt); err != nil {
			return nil, err
		}
		for i < len(page) && page[i].Seq < seq {
			i++
		}
		if i < len(page) && page[i].Seq == seq {
			page[i].Files = append(page[i].Files, f)
		}
	}
	for i := range page {
		slices.SortFunc(page[i].Files, func(a, b seal.File) int { return strings.Compare(a.ID, b.ID) }) // databases order text differently
	}
	return page, rows.Err()
}

// appendSealed takes the next page of a thread's events into its log and says how many it were. Nothing behind a gap is ever
// sealed.
func (s *Store) appendSealed(ctx context.Context, log *threadLog, until int64) (n int, err error) {
	page, err := s.sealRows(ctx, log.caseID, log.thread, log.Size, until)
	if err != nil {
		return 0, err
	}
	for i := range page {
		if page[i].Seq != log.Size+1 {
			s.log.Error("a thread's record has a gap; what lies behind it is not sealed", "case", log.caseID, "after", log.Size)
			break
		}
		if err := log.take(&page[i].Event); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

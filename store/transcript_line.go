package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// LineChange is what a line of a transcript is to be from now on.
type LineChange struct {
	Line     string          `json:"line" maxLength:"64" doc:"a UUID made by the client"`
	Revision int64           `json:"revision" doc:"of the line as the author saw it; 0 for a new one"`
	After    *string         `json:"after,omitempty" maxLength:"64" doc:"of a new line: the one before it, empty for the first place; left out: at the end"`
	Kind     transcript.Kind `json:"kind" enum:"speech,note,heading"`
	Speaker  string          `json:"speaker,omitempty" maxLength:"64"`
	Text     string          `json:"text"`
	Exhibit  string          `json:"exhibit,omitempty" maxLength:"64"`
	At       int64           `json:"at,omitempty" doc:"of a new line: when it was begun; left out: now"`
	Removed  bool            `json:"removed,omitempty"`
}

// LinesChange is what somebody of the court has written on one page, which is named by Pen: a page may go on from its own lines without having seen that they arrived.
type LinesChange struct {
	CaseID, Hearing, PersonID, SessionID, Pen string
	Changes                                   []LineChange
}

// WrittenLine is a line with its place among the changes.
type WrittenLine struct {
	transcript.Line
	Revision int64  `json:"revision" doc:"the change of the transcript that made it say this"`
	Changed  int64  `json:"changed" doc:"the newest change that concerns it: of what it says, or of its place"`
	By       string `json:"by" doc:"participant id of who wrote it so"`
	Removed  bool   `json:"removed,omitempty"`
	Position int64  `json:"position" doc:"lines stand in this order"`
}

// LinesSaved is what became of changes.
type LinesSaved struct {
	Changes   int64         `json:"changes" doc:"counts the changes of the transcript"`
	Lines     []WrittenLine `json:"lines" nullable:"false" doc:"those of the request, as they are now"`
	Conflicts []string      `json:"conflicts" nullable:"false" doc:"lines that somebody else has changed since the author saw them: they are as that person left them"`
	Readers   []string      `json:"-"` // seats that read along beside the court
}

// lineGap is how far apart lines are placed, so that others fit between.
const lineGap = 1 << 20

// WriteTranscript changes lines of a transcript. What somebody else has changed meanwhile stays, and is named. The same changes again are good. Errors: court.ErrTranscriptFixed,
// court.ErrTranscriptEnded.
func (s *Store) WriteTranscript(ctx context.Context, c LinesChange) (*LinesSaved, error) {
	if !court.ValidID(c.Pen) {
		return nil, court.ErrInvalid.In("pen")
	}
	if len(c.Changes) == 0 || len(c.Changes) > transcript.MaxChanges {
		return nil, court.ErrInvalid.In("changes")
	}
	for i := range c.Changes {
		l := c.Changes[i].line(0)
		if err := l.Check(court.PageField("changes", i)); err != nil {
			return nil, err
		}
	}
	var saved *LinesSaved
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		w, err := tx.penOf(ctx, &c)
		if err != nil {
			return err
		}
		saved = &LinesSaved{Lines: []WrittenLine{}, Conflicts: []string{}, Readers: w.readers}
		for i := range c.Changes {
			line, took, err := w.take(ctx, &c.Changes[i], court.PageField("changes", i))
			if err != nil {
				return err
			}
			if saved.Lines = append(saved.Lines, line); !took {
				saved.Conflicts = append(saved.Conflicts, line.ID)
			}
		}
		saved.Changes = w.changes
		_, err = tx.exec(ctx, "UPDATE transcript_pad SET changes = $2 WHERE hearing_id = $1", c.Hearing, w.changes)
		return err
	})
	return saved, err
}

func (c *LineChange) line(at int64) transcript.Line {
	return transcript.Line{ID: c.Line, Kind: c.Kind, Speaker: c.Speaker, Text: c.Text, Exhibit: c.Exhibit, At: at}
}

// pen writes on a transcript, whose pad it has locked.
type pen struct {
	*Tx
	hearing, name, by string
	changes, lines    int64 // lines with those that were taken out
	seats             map[string]bool
	readers           []string
}

// penOf rules who writes, and locks the pad.
func (tx *Tx) penOf(ctx context.Context, c *LinesChange) (*pen, error) {
	st, err := tx.standingOf(ctx, &Draft{CaseID: c.CaseID, PersonID: c.PersonID, SessionID: c.SessionID})
	if err == nil {
		err = court.CheckInCase(court.ActTranscriptWrite, st)
	}
	if err != nil {
		return nil, err
	}
	h, err := readHearing(tx.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", c.CaseID, c.Hearing))
	if err != nil {
		return nil, err
	}
	if h.Status == hearing.Cancelled {
		return nil, court.ErrHearingOver
	}
	w := &pen{Tx: tx, hearing: c.Hearing, name: c.Pen, by: st.ParticipantID, seats: map[string]bool{}}
	if w.changes, err = tx.lockPad(ctx, c.CaseID, c.Hearing); err != nil {
		return nil, err
	}
	t, err := transcriptOf(ctx, tx, c.CaseID, c.Hearing)
	if err == nil && h.Replaced() {
		err = court.ErrTranscriptReplaced
	}
	if err == nil {
		err = t.CanWrite()
	}
	if err == nil {
		err = tx.row(ctx, "SELECT COUNT(*) FROM transcript_line WHERE hearing_id = $1", c.Hearing).Scan(&w.lines)
	}
	if err != nil {
		return nil, err
	}
	for i := range h.Seats {
		p := &h.Seats[i]
		if w.seats[p.ID] = true; !p.Role.OfCourt() && transcript.Reads(t, h, p.ID) {
			w.readers = append(w.readers, p.ID)
		}
	}
	return w, nil
}

// lockPad locks a transcript for writing, makes it where there is none, and gives how often it was changed.
func (tx *Tx) lockPad(ctx context.Context, caseID, hearingID string) (changes int64, err error) {
	const read = "SELECT changes FROM transcript_pad WHERE hearing_id = $1"
	err = tx.row(ctx, read+tx.lock, hearingID).Scan(&changes)
	if !errors.Is(err, sql.ErrNoRows) {
		return changes, err
	}
	if _, err := tx.exec(ctx, "INSERT INTO transcript_pad (hearing_id, case_id, changes) VALUES ($1, $2, 0) ON CONFLICT (hearing_id) DO NOTHING", hearingID, caseID); err != nil {
		return 0, err
	}
	return changes, tx.row(ctx, read+tx.lock, hearingID).Scan(&changes)
}

// take brings one change in, or reports that somebody else was quicker.
func (w *pen) take(ctx context.Context, c *LineChange, field string) (line WrittenLine, took bool, err error) {
	if c.Speaker != "" && !w.seats[c.Speaker] {
		return line, false, court.ErrNotFound.In(field + ".speaker")
	}
	was, pen, err := w.read(ctx, c.Line)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return w.insert(ctx, c)
	case err != nil:
		return line, false, err
	}
	will := was
	will.Line, will.Removed = c.line(was.At), c.Removed
	if will == was {
		return was, true, nil
	}
	if c.Revision != was.Revision && pen != w.name {
		return was, false, nil
	}
	w.changes++
	will.Revision, will.Changed, will.By = w.changes, w.changes, w.by
	_, err = w.exec(ctx, `UPDATE transcript_line SET revision = $3, changed = $3, pen = $4, by_id = $5, kind = $6, speaker = $7, text = $8, exhibit = $9, removed = $10 WHERE hearing_id = $1 AND id = $2`,
		w.hearing, c.Line, w.changes, w.name, w.by, string(c.Kind), c.Speaker, c.Text, c.Exhibit, bit(c.Removed))
	return will, true, err
}

const lineColumns = "id, kind, speaker, text, exhibit, at, revision, changed, by_id, removed, position"

func scanLine(scan func(...any) error) (l WrittenLine, err error) {
	var removed int
	err = scan(&l.ID, &l.Kind, &l.Speaker, &l.Text, &l.Exhibit, &l.At, &l.Revision, &l.Changed, &l.By, &removed, &l.Position)
	l.Removed = removed != 0
	return l, err
}

func (w *pen) read(ctx context.Context, id string) (l WrittenLine, pen string, err error) {
	row := w.row(ctx, "SELECT "+lineColumns+", pen FROM transcript_line WHERE hearing_id = $1 AND id = $2", w.hearing, id)
	l, err = scanLine(func(into ...any) error { return row.Scan(append(into, &pen)...) })
	return l, pen, err
}

func (w *pen) insert(ctx context.Context, c *LineChange) (line WrittenLine, took bool, err error) {
	if w.lines++; w.lines > 2*transcript.MaxLines {
		return line, false, court.ErrTooLarge
	}
	at := c.At
	if at <= 0 || at > w.now || at < w.now-24*3600_000 {
		at = w.now
	}
	position, err := w.place(ctx, c.After)
	if err != nil {
		return line, false, err
	}
	w.changes++
	line = WrittenLine{Line: c.line(at), Revision: w.changes, Changed: w.changes, By: w.by, Removed: c.Removed, Position: position}
	_, err = w.exec(ctx, `INSERT INTO transcript_line (hearing_id, id, position, revision, changed, pen, by_id, kind, speaker, text, exhibit, at, removed)
		VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		w.hearing, c.Line, position, w.changes, w.name, w.by, string(c.Kind), c.Speaker, c.Text, c.Exhibit, at, bit(c.Removed))
	return line, true, err
}

// place finds room behind a line; at the end where that is not known.
func (w *pen) place(ctx context.Context, after *string) (int64, error) {
	for try := 0; ; try++ {
		var before, next sql.NullInt64
		err := w.row(ctx, "SELECT MAX(position) FROM transcript_line WHERE hearing_id = $1", w.hearing).Scan(&before)
		if err == nil && after != nil {
			var at sql.NullInt64
			switch err = w.row(ctx, "SELECT position FROM transcript_line WHERE hearing_id = $1 AND id = $2", w.hearing, *after).Scan(&at); {
			case *after == "":
				before, err = sql.NullInt64{Valid: true}, nil
			case errors.Is(err, sql.ErrNoRows):
				err, after = nil, nil
			default:
				before = at
			}
		}
		if err == nil && after != nil {
			err = w.row(ctx, "SELECT MIN(position) FROM transcript_line WHERE hearing_id = $1 AND position > $2", w.hearing, before.Int64).Scan(&next)
		}
		switch {
		case err != nil:
			return 0, err
		case !next.Valid:
			return before.Int64 + lineGap, nil
		case next.Int64-before.Int64 > 1:
			return before.Int64 + (next.Int64-before.Int64)/2, nil
		case try > 0:
			return 0, fmt.Errorf("no room in the transcript of hearing %s", w.hearing)
		}
		if err := w.spread(ctx); err != nil {
			return 0, err
		}
	}
}

// spread places all lines anew.
func (w *pen) spread(ctx context.Context) error {
	rows, err := w.query(ctx, "SELECT id FROM transcript_line WHERE hearing_id = $1 ORDER BY position, id", w.hearing)
	ids, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	w.changes++
	for i, id := range ids {
		if err != nil {
			return err
		}
		_, err = w.exec(ctx, "UPDATE transcript_line SET position = $3, changed = $4 WHERE hearing_id = $1 AND id = $2", w.hearing, id, int64(i+1)*lineGap, w.changes)
	}
	return err
}

// linesOf gives the lines in their order: all that stand there, or all that were changed since, with those that were taken out.
func linesOf(ctx context.Context, q queryer, hearingID string, since int64) ([]WrittenLine, error) {
	where := " AND changed > $2"
	if since == 0 {
		where = " AND changed > $2 AND removed = 0"
	}
	rows, err := q.query(ctx, "SELECT "+lineColumns+" FROM transcript_line WHERE hearing_id = $1"+where+" ORDER BY position, id", hearingID, since)
	return collect(rows, err, func(r *sql.Rows) (WrittenLine, error) { return scanLine(r.Scan) })
}

// plainLines gives what the lines say.
func plainLines(list []WrittenLine) []transcript.Line {
	lines := make([]transcript.Line, len(list))
	for i := range list {
		lines[i] = list[i].Line
	}
	return transcript.Written(lines)
}

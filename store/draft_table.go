package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
)

// draftTable is a table of what people are preparing, in a case or before there is one, beside it the table of the files that go with it. The tables are alike: a draft is its author's
// alone, counts its changes, and keeps its files from being swept.
type draftTable struct {
	name   string // that of the files is name_file
	act    court.Act
	max    int  // of one person in one case
	sealed bool // the text lies sealed with the data key, in body_enc
}

var (
	draftsOfEvidence     = draftTable{name: "evidence_draft", act: court.ActDraftKeep, max: maxDrafts}
	draftsOfApplications = draftTable{name: "application_draft", act: court.ActApplicationDraft, max: maxDrafts}
	draftsOfDocuments    = draftTable{name: "document_draft", act: court.ActDocumentDraft, max: court.MaxDocumentDrafts}
	draftsOfFilings      = draftTable{name: "filing_draft", act: court.ActFilingWrite, max: maxFilingDrafts, sealed: true}
)

// draftTables lists them all.
var draftTables = []draftTable{draftsOfEvidence, draftsOfApplications, draftsOfDocuments, draftsOfFilings}

// column is where the text lies.
func (t draftTable) column() string {
	if t.sealed {
		return "body_enc"
	}
	return "body"
}

// keep gives the text as it lies in its column.
func (t draftTable) keep(keys *Keys, text string) any {
	if t.sealed {
		return keys.Seal(text)
	}
	return text
}

// read gives the text of what lies in its column.
func (t draftTable) read(keys *Keys, kept []byte) (string, error) {
	if t.sealed {
		return keys.Open(kept)
	}
	return string(kept), nil
}

// maxDrafts bounds the drafts of one person in one case.
const maxDrafts = 10

// draftOf says whose draft it is. revision is the one that the author saw, 0 for a new draft.
type draftOf struct {
	caseID, id, personID string
	revision             int64
}

// may checks the rule and locks the person's row: of one person's devices one writes.
func (t draftTable) may(ctx context.Context, tx *Tx, caseID, personID, sessionID string) (*court.Standing, error) {
	st, err := tx.standingOf(ctx, &Draft{CaseID: caseID, PersonID: personID, SessionID: sessionID})
	if err != nil {
		return nil, err
	}
	if err := court.CheckInCase(t.act, st); err != nil {
		return nil, err
	}
	var one int
	return st, tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, personID).Scan(&one)
}

// save keeps what a draft says. It reports false where the record had it already: the answer was lost. court.ErrDraftChanged where another device has changed it since.
func (t draftTable) save(ctx context.Context, tx *Tx, d draftOf, text string) (changed bool, err error) {
	var caseID, was string
	var kept []byte
	var revision int64
	err = tx.row(ctx, "SELECT case_id, revision, "+t.column()+" FROM "+t.name+" WHERE person_id = $1 AND id = $2", d.personID, d.id).Scan(&caseID, &revision, &kept)
	if err == nil {
		was, err = t.read(tx.s.keys, kept)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = t.room(ctx, tx, d)
	case err != nil:
	case caseID != d.caseID:
		err = court.ErrIDReused
	case revision == d.revision+1 && was == text:
		return false, nil
	case revision != d.revision:
		err = court.ErrDraftChanged
	}
	if err != nil {
		return false, err
	}
	_, err = tx.exec(ctx, "INSERT INTO "+t.name+" (id, case_id, person_id, revision, "+t.column()+`, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (person_id, id) DO UPDATE SET revision = excluded.revision, `+t.column()+" = excluded."+t.column()+", updated_at = excluded.updated_at",
		d.id, d.caseID, d.personID, revision+1, t.keep(tx.s.keys, text), tx.now)
	return true, err
}

// room sees that a new draft may come. One that somebody saw before and that is gone was handed in, served or removed.
func (t draftTable) room(ctx context.Context, tx *Tx, d draftOf) error {
	if d.revision != 0 {
		return court.ErrDraftChanged
	}
	var n int
	err := tx.row(ctx, "SELECT COUNT(*) FROM "+t.name+" WHERE person_id = $1 AND case_id = $2", d.personID, d.caseID).Scan(&n)
	if err == nil && n >= t.max {
		err = court.ErrTooMany
	}
	return err
}

// draftFile is a file that a draft names, and where.
type draftFile struct{ attachment, field string }

// keepFiles notes the files of a draft: the author's own finished uploads. The first other one is court.ErrNotFound.
func (t draftTable) keepFiles(ctx context.Context, tx *Tx, d draftOf, files []draftFile) error {
	if _, err := tx.exec(ctx, "DELETE FROM "+t.name+"_file WHERE person_id = $1 AND draft_id = $2", d.personID, d.id); err != nil || len(files) == 0 {
		return err
	}
	ids := make([]string, len(files))
	for i, f := range files {
		ids[i] = f.attachment
	}
	marks, args := inList(ids, 3)
	_, err := tx.exec(ctx, "INSERT INTO "+t.name+`_file (attachment_id, person_id, draft_id)
		SELECT id, person_id, $2 FROM attachment WHERE person_id = $1 AND seq = 0 AND finished_at IS NOT NULL AND id IN (`+marks+")",
		append([]any{d.personID, d.id}, args...)...)
	if err != nil {
		return err
	}
	rows, err := tx.query(ctx, "SELECT attachment_id FROM "+t.name+"_file WHERE person_id = $1 AND draft_id = $2", d.personID, d.id)
	list, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, id := range list {
		kept[id] = true
	}
	for _, f := range files {
		if !kept[f.attachment] {
			return court.ErrNotFound.In(f.field)
		}
	}
	return nil
}

// eachFile calls add with what the record knows of the files of a person's drafts in a case: $1 is the case, $2 the person.
func (t draftTable) eachFile(ctx context.Context, q queryer, where string, args []any, add func(draft, attachment string, f File)) error {
	rows, err := q.query(ctx, `SELECT d.id, a.id, a.name, a.type, a.size, a.width, a.height, a.thumb_sha256
		FROM `+t.name+` d JOIN `+t.name+`_file f ON f.person_id = d.person_id AND f.draft_id = d.id JOIN attachment a ON a.id = f.attachment_id
		WHERE d.case_id = $1 AND d.person_id = $2`+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var draft, attachment, thumb string
		var f File
		if err := rows.Scan(&draft, &attachment, &f.Name, &f.Type, &f.Size, &f.Width, &f.Height, &thumb); err != nil {
			return err
		}
		f.Thumbnail = thumb != ""
		add(draft, attachment, f)
	}
	return rows.Err()
}

// remove forgets a draft; its files go when nothing else needs them. It reports whether there was one.
func (t draftTable) remove(ctx context.Context, tx *Tx, caseID, personID, id string) (bool, error) {
	n, err := tx.exec(ctx, "DELETE FROM "+t.name+" WHERE person_id = $1 AND id = $2 AND case_id = $3", personID, id, caseID)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.exec(ctx, "DELETE FROM "+t.name+"_file WHERE person_id = $1 AND draft_id = $2", personID, id)
	return true, err
}

// removeDraft is that an author gives up a draft: court.ErrNotFound where there is none.
func (s *Store) removeDraft(ctx context.Context, t draftTable, caseID, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := t.may(ctx, tx, caseID, personID, sessionID); err != nil {
			return err
		}
		removed, err := t.remove(ctx, tx, caseID, personID, id)
		if err == nil && !removed {
			err = court.ErrNotFound
		}
		return err
	})
}

// sweepDrafts removes the drafts that were last changed before a time, and counts them.
func (s *Store) sweepDrafts(ctx context.Context, before int64) (count int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		count = 0
		for _, t := range draftTables {
			_, err := tx.exec(ctx, "DELETE FROM "+t.name+"_file WHERE EXISTS (SELECT 1 FROM "+t.name+" d WHERE d.person_id = "+t.name+
				"_file.person_id AND d.id = "+t.name+"_file.draft_id AND d.updated_at < $1)", before)
			if err != nil {
				return err
			}
			n, err := tx.exec(ctx, "DELETE FROM "+t.name+" WHERE updated_at < $1", before)
			if err != nil {
				return err
			}
			count += int(n)
		}
		n, err := tx.exec(ctx, "DELETE FROM pleading_draft WHERE updated_at < $1", before)
		count += int(n)
		return err
	})
	return count, err
}

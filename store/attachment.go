package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/blob"
	"microcourt/store/court"
)

// placed is content that is durable.
type placed struct {
	name blob.Name
	size int64 // bytes, if this copy is ours; -1 for one that was there before
}

func (p placed) sum() string {
	if p.name == "" {
		return ""
	}
	return p.name.Sum()
}

// finished is what processing found out about an upload.
type finished struct {
	mediaType     string
	content       placed
	thumb         placed // name "" where there is none
	width, height int
}

// fresh gives the copies that were made for this upload.
func (f *finished) fresh() (names []blob.Name) {
	for _, p := range []placed{f.content, f.thumb} {
		if p.name != "" && p.size >= 0 {
			names = append(names, p.name)
		}
	}
	return names
}

// errPlaceAgain says that content which was thought to be there has been swept meanwhile.
var errPlaceAgain = errors.New("store: the content was swept, place it again")

// finishAttachment notes that an upload is complete and its content durable, in one transaction with the rows of the
// content: the sweeper looks at both under the same locks, so that an attachment never stands without its content. It
// gives the copies that are not needed, because the same content had come from elsewhere. ErrNotFound for an upload
// that was cancelled.
func (s *Store) finishAttachment(ctx context.Context, uploadID string, f finished) (spare []blob.Name, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		spare = nil
		var done sql.NullInt64
		if err := tx.row(ctx, "SELECT finished_at FROM attachment WHERE upload_id = $1"+tx.lock, uploadID).Scan(&done); err != nil {
			return notFound(err)
		}
		contents := []placed{f.content}
		if f.thumb.name != "" && f.thumb.sum() != f.content.sum() {
			contents = append(contents, f.thumb)
			if f.thumb.sum() < f.content.sum() { // rows are locked in one order by everybody
				contents[0], contents[1] = contents[1], contents[0]
			}
		}
		for _, c := range contents {
			used, err := tx.useBlob(ctx, c)
			if err != nil {
				return err
			}
			if used != c.name {
				spare = append(spare, c.name)
			}
		}
		if done.Valid {
			return nil
		}
		_, err := tx.exec(ctx, `UPDATE attachment SET type = $2, sha256 = $3, thumb_sha256 = $4, width = $5, height = $6, finished_at = $7
			WHERE upload_id = $1`, uploadID, f.mediaType, f.content.sum(), f.thumb.sum(), f.width, f.height, tx.now)
		return err
	})
	return spare, err
}

// useBlob notes that content is needed, and gives the name of the copy that stays.
func (tx *Tx) useBlob(ctx context.Context, c placed) (blob.Name, error) {
	var name blob.Name
	err := tx.row(ctx, "SELECT name FROM blob WHERE sha256 = $1"+tx.lock, c.sum()).Scan(&name)
	switch {
	case err == nil:
		_, err = tx.exec(ctx, "UPDATE blob SET used_at = $2 WHERE sha256 = $1", c.sum(), tx.now)
		return name, err
	case !errors.Is(err, sql.ErrNoRows):
		return "", err
	case c.size < 0: // not placed by us but thought to be there
		return "", errPlaceAgain
	}
	_, err = tx.exec(ctx, "INSERT INTO blob (sha256, name, size, created_at, used_at) VALUES ($1, $2, $3, $4, $4)",
		c.sum(), string(c.name), c.size, tx.now)
	return c.name, err
}

// blobOf gives the copy in which content is kept, or "".
func (s *Store) blobOf(ctx context.Context, sum string) (name blob.Name, err error) {
	err = s.row(ctx, "SELECT name FROM blob WHERE sha256 = $1", sum).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// readable is a file that a person may read.
type readable struct {
	name      string
	mediaType string
	content   blob.Name
	thumbnail blob.Name // "" where there is none
	caseID    string    // "" as long as no event names it
	service   string    // the service whose recipient is the reader and has not opened it yet, ""
	mark      string    // what has to stand over what the reader is shown, "" for nothing
}

// readableAttachment gives a file if the person may read it: its owner as long as no event names it, afterwards whoever reads the
// event now, and the court what was filed with it. For everybody else it is not_found, whatever the reason (promise P3).
func (s *Store) readableAttachment(ctx context.Context, personID, id string) (*readable, error) {
	var r readable
	var owner, thread string
	var seq int64
	var content, thumb, kind, withdrawn sql.NullString
	var at sql.NullInt64
	err := s.row(ctx, `SELECT a.person_id, a.name, a.type, a.case_id, a.thread, a.seq, b.name, t.name, e.at, e.kind, e.withdrawn_by
		FROM attachment a
		JOIN blob b ON b.sha256 = a.sha256
		LEFT JOIN blob t ON t.sha256 = a.thumb_sha256
		LEFT JOIN event e ON e.case_id = a.case_id AND e.thread = a.thread AND e.seq = a.seq
		WHERE a.id = $1 AND a.finished_at IS NOT NULL`, id).
		Scan(&owner, &r.name, &r.mediaType, &r.caseID, &thread, &seq, &content, &thumb, &at, &kind, &withdrawn)
	if err != nil {
		return nil, notFound(err)
	}
	r.content, r.thumbnail = blob.Name(content.String), blob.Name(thumb.String)
	if owner != personID { // of a filing, the court reads it whatever its owner does with it elsewhere
		filed, err := s.readsFiling(ctx, personID, id)
		if err != nil {
			return nil, err
		}
		if filed {
			r.caseID = ""
			return &r, nil
		}
	}
	if seq == 0 {
		if owner != personID {
			return nil, court.ErrNotFound
		}
		return &r, nil
	}
	if !at.Valid || withdrawn.String != "" {
		return nil, court.ErrNotFound
	}
	st, err := s.Standing(ctx, r.caseID, personID, "")
	if err != nil {
		return nil, err
	}
	th, err := court.ParseThread(thread)
	if err != nil || court.CheckInCase(court.ActEventList, st) != nil || !th.Reads(st) || at.Int64 < th.ReadsFrom(st) {
		return nil, court.ErrNotFound
	}
	if court.Kind(kind.String) == court.KindDocumentServed && th.A == st.ParticipantID {
		err := s.row(ctx, "SELECT id FROM service WHERE attachment_id = $1 AND opened_at = 0", id).Scan(&r.service)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	if !st.Role.OfCourt() && owner != personID && court.Kind(kind.String).Evidence() {
		shown, err := watermarked(ctx, s, r.caseID)
		if err != nil || !shown {
			return &r, err
		}
		r.mark, err = s.MarkFor(ctx, r.caseID, st.ParticipantID)
		return &r, err
	}
	return &r, nil
}

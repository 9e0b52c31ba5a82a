package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"microcourt/store/court"
)

// ExhibitPage is a page of an exhibit, or an image of an opinion: a file with its hash.
type ExhibitPage struct {
	Attachment string          `json:"attachment"`
	SHA256     string          `json:"sha256" doc:"of the file as it was sent, in hex"`
	Media      court.PageMedia `json:"media" enum:"image,pdf,audio,video"`
	Turn       int             `json:"turn,omitempty" enum:"0,90,180,270" doc:"degrees clockwise by which it is to be shown turned"`
	File       File            `json:"file"`
}

// takePages takes the files of all exhibits, each the author's own finished upload, and binds them to the act's event.
func (x *acting) takePages(ctx context.Context, exhibits []court.ExhibitInput) ([][]ExhibitPage, error) {
	wanted := map[string]wantedPage{}
	for i, e := range exhibits {
		for n, p := range e.Pages {
			wanted[p.Attachment] = wantedPage{p, court.PageField(court.PageField("exhibits", i)+".pages", n)}
		}
	}
	taken, err := x.takeFiles(ctx, wanted)
	if err != nil {
		return nil, err
	}
	pages := make([][]ExhibitPage, len(exhibits))
	for i, e := range exhibits {
		for _, p := range e.Pages {
			pages[i] = append(pages[i], taken[p.Attachment])
		}
	}
	return pages, nil
}

// wantedPage is a page that an act names, and where in the request.
type wantedPage struct {
	court.PageInput
	field string
}

// takeFiles takes files that an act names, and binds them to its event. They are locked in the order of their ids, as everybody
// locks them.
func (x *acting) takeFiles(ctx context.Context, wanted map[string]wantedPage) (map[string]ExhibitPage, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	ids := slices.Sorted(maps.Keys(wanted))
	marks, args := inList(ids, 2)
	rows, err := x.query(ctx, "SELECT "+ownFileColumns+" FROM attachment WHERE person_id = $1 AND id IN ("+marks+") ORDER BY id"+x.lock,
		append([]any{x.PersonID}, args...)...)
	found, err := collect(rows, err, scanOwnFile)
	if err != nil {
		return nil, err
	}
	taken := make(map[string]ExhibitPage, len(wanted))
	for _, f := range found {
		if taken[f.id], err = f.asPage(wanted[f.id]); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if _, ok := taken[id]; !ok { // another's, as one that never was
			return nil, court.ErrNotFound.In(wanted[id].field + ".attachment")
		}
	}
	marks, args = inList(ids, 4)
	_, err = x.exec(ctx, "UPDATE attachment SET case_id = $1, thread = $2, seq = $3 WHERE id IN ("+marks+")",
		append([]any{x.CaseID, x.thread, x.seq}, args...)...)
	return taken, err
}

// ownFile is an upload of somebody's, as an event may come to name it.
type ownFile struct {
	id       string
	upload   court.Kind
	file     File
	sha256   string
	refused  string
	finished bool
	bound    bool
}

const ownFileColumns = "id, kind, name, type, size, width, height, sha256, thumb_sha256, refused, finished_at, seq"

func scanOwnFile(r *sql.Rows) (f ownFile, err error) {
	var thumb string
	var finished sql.NullInt64
	var seq int64
	err = r.Scan(&f.id, &f.upload, &f.file.Name, &f.file.Type, &f.file.Size, &f.file.Width, &f.file.Height, &f.sha256, &thumb, &f.refused, &finished, &seq)
	f.file.Thumbnail, f.finished, f.bound = thumb != "", finished.Valid, seq != 0
	return f, err
}

// asPage makes a page of the file.
func (f *ownFile) asPage(p wantedPage) (ExhibitPage, error) {
	media, err := court.PageMediaOf(f.upload, f.file.Type), (*court.Error)(nil)
	switch {
	case f.refused != "":
		err = refusal(f.refused)
	case !f.finished:
		err = court.ErrUploadUnfinished
	case f.bound: // by another event
		err = court.ErrInvalid
	case media == "":
		err = court.ErrFileType
	case p.SHA256 != "" && p.SHA256 != f.sha256:
		return ExhibitPage{}, court.ErrHashDiffers.In(p.field + ".sha256")
	case !media.TakesTurn(p.Turn):
		return ExhibitPage{}, court.ErrInvalid.In(p.field + ".turn")
	default:
		return ExhibitPage{Attachment: f.id, SHA256: f.sha256, Media: media, Turn: p.Turn, File: f.file}, nil
	}
	return ExhibitPage{}, err.In(p.field + ".attachment")
}

// pagesOf gives the pages of exhibits, by exhibit.
func pagesOf(ctx context.Context, q queryer, where string, args ...any) (map[string][]ExhibitPage, error) {
	rows, err := q.query(ctx, `SELECT g.exhibit_id, g.attachment_id, g.media, g.turn, a.sha256, a.name, a.type, a.size, a.width, a.height, a.thumb_sha256
		FROM exhibit e JOIN exhibit_page g ON g.exhibit_id = e.id JOIN attachment a ON a.id = g.attachment_id
		WHERE `+where+` ORDER BY g.exhibit_id, g.position`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	pages := map[string][]ExhibitPage{}
	for rows.Next() {
		var exhibit, thumb string
		var p ExhibitPage
		if err := rows.Scan(&exhibit, &p.Attachment, &p.Media, &p.Turn, &p.SHA256, &p.File.Name, &p.File.Type, &p.File.Size, &p.File.Width, &p.File.Height, &thumb); err != nil {
			return nil, err
		}
		p.File.Thumbnail = thumb != ""
		pages[exhibit] = append(pages[exhibit], p)
	}
	return pages, rows.Err()
}

// inList writes the parameters of an IN list that begins with the n-th.
func inList[T any](ids []T, n int) (marks string, args []any) {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = param(n + i)
		args = append(args, id)
	}
	return strings.Join(list, ","), args
}

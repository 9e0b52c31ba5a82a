package hub

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"path"
	"strings"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/blob/picture"
	"microcourt/store/court"
)

// SetWatermark orders that evidence is shown to parties and representatives with their name over it, or lifts that.
type SetWatermark struct {
	CaseID, ID string
	On         bool
	Reason     string
}

func (s SetWatermark) rule() rule {
	return rule{act: court.ActWatermarkSet, caseID: s.CaseID, inRecord: true}
}

func (s SetWatermark) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SetWatermark(ctx, store.WatermarkSetting{RoomAct: actor.roomAct(s.CaseID, s.ID), On: s.On, Reason: s.Reason})
}

// markSide is how many pixels the longest side of a marked view has at most: enough to read small print.
const markSide = 3000

// File is a file as it is given to a reader.
type File struct {
	io.ReadSeekCloser
	Name string
	Type string
	// Watermark is "" where none is asked for, MarkedByServer, or MarkedByPage.
	Watermark string
}

// Where a watermark that the court asks for stands. Only pictures are marked by the server: what the reader gets is another file, with the name in
// it, and the original doesn't leave the court. PDF, sound, film, and pictures that this program can't decode are given as they are, and
// the page lays the name over them while they are shown: that reminds, and keeps nobody from saving the file.
const (
	MarkedByServer = "server"
	MarkedByPage   = "page"
)

// marked gives the view of a file that bears the reader's name.
func (h *Hub) marked(ctx context.Context, f *store.OpenFile) *File {
	plain := &File{ReadSeekCloser: f.Content, Name: f.Name, Type: f.Type}
	if f.Mark == "" {
		return plain
	}
	plain.Watermark = MarkedByPage
	if !strings.HasPrefix(f.Type, "image/") {
		return plain
	}
	data, err := picture.Marked(ctx, f.Content, markSide, func(img *image.RGBA) error { return paper.Watermark(img, f.Mark) })
	if err != nil {
		if !errors.Is(err, picture.ErrUnknown) && !errors.Is(err, picture.ErrTooLarge) {
			h.log.Warn("a picture could not be marked", "err", err)
		}
		f.Content.Seek(0, io.SeekStart)
		return plain
	}
	f.Content.Close()
	return &File{ReadSeekCloser: nopCloser{bytes.NewReader(data)}, Name: strings.TrimSuffix(f.Name, path.Ext(f.Name)) + ".jpg", Type: "image/jpeg", Watermark: MarkedByServer}
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

package hub

import (
	"context"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
)

// processingWait is how long ReadUpload waits for an upload's processing before it says that it is not done.
const processingWait = 3 * time.Second

// UploadSpace is where a node's uploads go. The protocol of sending (tus 1.0) is spoken by the API.
type UploadSpace struct {
	Transfers blob.Transfers
	Locks     handler.Locker
	Limits    court.UploadLimits
}

// UploadSpace gives where uploads go; false if this hub takes no files.
func (h *Hub) UploadSpace() (UploadSpace, bool) {
	if h.files == nil {
		return UploadSpace{}, false
	}
	return UploadSpace{h.files.Transfers(), h.files.Locks(), h.files.Limits()}, true
}

// CreateUpload begins an upload.
type CreateUpload struct {
	Kind court.Kind // image, voice, video or file
	Name string     // as the client says; it is cleaned
	Size int64      // bytes
}

func (c CreateUpload) rule() rule { return rule{act: court.ActUploadCreate} }

func (c CreateUpload) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Upload, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	return h.files.Create(ctx, store.NewUpload{PersonID: actor.PersonID, SessionID: actor.SessionID, Kind: c.Kind, Name: c.Name, Size: c.Size})
}

// SendUpload gives one's own upload, to ask how far it is or to send more of it.
type SendUpload struct{ ID string }

func (s SendUpload) rule() rule { return rule{act: court.ActUploadSend} }

func (s SendUpload) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Upload, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	return h.files.Own(ctx, actor.PersonID, s.ID)
}

// UploadArrived has one's own upload processed if it is complete, without waiting for it.
type UploadArrived struct{ ID string }

func (u UploadArrived) rule() rule { return rule{act: court.ActUploadSend} }

func (u UploadArrived) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if h.files == nil {
		return Nothing{}, court.ErrUnavailable
	}
	up, err := h.files.Own(ctx, actor.PersonID, u.ID)
	if err == nil {
		h.files.Arrived(up)
	}
	return Nothing{}, err
}

// ReadUpload gives what became of one's own upload: its Attachment, or none while it is being processed.
type ReadUpload struct{ ID string }

func (r ReadUpload) rule() rule { return rule{act: court.ActUploadSend} }

func (r ReadUpload) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Upload, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	return h.files.Result(ctx, actor.PersonID, r.ID, processingWait)
}

// CancelUpload ends one's own upload that no event names.
type CancelUpload struct{ ID string }

func (c CancelUpload) rule() rule { return rule{act: court.ActUploadSend} }

func (c CancelUpload) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if h.files == nil {
		return Nothing{}, court.ErrUnavailable
	}
	return Nothing{}, h.files.Cancel(ctx, actor.PersonID, c.ID)
}

// ReadAttachment opens an attachment that the actor may read, with the actor's name over it where the court asks for that. The court, and whoever
// sent the file, get it as it was sent. A recipient who fetches a served document for the first time has opened it. The caller closes it.
type ReadAttachment struct {
	ID        string
	Thumbnail bool
	// HeadOnly: the reader asks about the file and doesn't get it.
	HeadOnly bool
}

func (r ReadAttachment) rule() rule { return rule{act: court.ActAttachmentRead} }

func (r ReadAttachment) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*File, error) {
	if h.files == nil {
		return nil, court.ErrNotFound
	}
	f, err := h.files.Open(ctx, actor.PersonID, r.ID, r.Thumbnail)
	if err != nil {
		return nil, err
	}
	if f.Service != "" && !r.HeadOnly && !r.Thumbnail { // that it was opened is on record before it is given out
		if err := h.store.OpenDocument(ctx, actor.roomAct(f.Case, ""), f.Service); err != nil {
			f.Close()
			return nil, err
		}
	}
	return h.marked(ctx, f), nil
}

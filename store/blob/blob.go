// Package blob keeps the content of files, in a local folder or in an S3-compatible bucket, and the uploads on their
// way to becoming content. It makes content durable under its hash and gives it back; it never knows what a file is
// for or who may see it.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
)

// Errors of stores.
var (
	// ErrNotFound: there is no content, or no upload, of that name.
	ErrNotFound = errors.New("blob: not found")
	// ErrUnfinished: the upload has not arrived completely.
	ErrUnfinished = errors.New("blob: upload unfinished")
	// ErrCorrupt: the content is not what its name says.
	ErrCorrupt = errors.New("blob: content does not match its name")
)

// Name says where content lies: `SHA256-COPY`, both in hex. COPY is random, so that the same content, stored again after it was
// removed, lies elsewhere: a removal that comes late can't hit it.
type Name string

// NewName names a new copy of the content with the given SHA-256.
func NewName(sum [sha256.Size]byte) Name {
	nonce := make([]byte, 8)
	rand.Read(nonce)
	return Name(hex.EncodeToString(sum[:]) + "-" + hex.EncodeToString(nonce))
}

// Sum gives the content's SHA-256 in hex.
func (n Name) Sum() string { return string(n[:2*sha256.Size]) }

// Valid reports whether the name has the form that NewName gives.
func (n Name) Valid() bool {
	sum, nonce, ok := strings.Cut(string(n), "-")
	return ok && isHex(sum, 2*sha256.Size) && isHex(nonce, 16)
}

func isHex(s string, length int) bool {
	if len(s) != length {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Store keeps content. All methods are safe for concurrent use, on several nodes too where Shared.
type Store interface {
	// Put stores content. It returns after the content is durable; ErrCorrupt if it isn't what the name says.
	Put(ctx context.Context, name Name, src io.ReadSeeker) error
	// Adopt stores the content of a finished upload without sending it through here again where that can be
	// avoided. The upload, which Complete has given before, stays until it is ended.
	Adopt(ctx context.Context, name Name, transfer string) error
	// Open gives content for reading, or ErrNotFound. ctx bounds the reading too.
	Open(ctx context.Context, name Name) (Content, error)
	// Remove removes content. What isn't there is no error.
	Remove(ctx context.Context, name Name) error
	// List calls f for all content; f must not keep the walk waiting long.
	List(ctx context.Context, f func(Entry) error) error

	// Transfers keeps the uploads.
	Transfers() Transfers
	// Shared reports whether other nodes reach the same content.
	Shared() bool
}

// Content is stored content, open for reading.
type Content interface {
	io.ReadSeekCloser
	Size() int64
}

// Entry is what List says of stored content.
type Entry struct {
	Name Name
	Size int64
	At   time.Time // when it was stored
}

// Transfers keeps uploads until they are complete, as tus 1.0 wants them. The id of a transfer is the backend's; ids of ours are part
// of it.
type Transfers interface {
	handler.DataStore
	// End removes an upload, finished or not. One that isn't there is no error.
	End(ctx context.Context, id string) error
	// EndOlder removes what was begun before a time, for uploads that nobody remembers.
	EndOlder(ctx context.Context, before time.Time) error
}

// Begin makes an upload of a known size and gives the id of its transfer.
func Begin(ctx context.Context, t Transfers, id string, size int64) (string, error) {
	up, err := t.NewUpload(ctx, handler.FileInfo{ID: id, Size: size, MetaData: handler.MetaData{}})
	if err != nil {
		return "", fmt.Errorf("begin upload: %w", err)
	}
	info, err := up.GetInfo(ctx)
	return info.ID, err
}

// Complete gives the content of an upload that has arrived completely, otherwise ErrUnfinished. An upload whose last bytes came just
// before a crash is completed here.
func Complete(ctx context.Context, t Transfers, id string) (io.ReadCloser, error) {
	up, err := t.GetUpload(ctx, id)
	if err != nil {
		return nil, gone(err)
	}
	info, err := up.GetInfo(ctx)
	if err != nil {
		return nil, gone(err)
	}
	if info.SizeIsDeferred || info.Offset < info.Size {
		return nil, ErrUnfinished
	}
	if r, err := up.GetReader(ctx); err == nil {
		return r, nil
	}
	finishErr := up.FinishUpload(ctx) // fails where somebody else was faster
	r, err := up.GetReader(ctx)
	if err != nil && finishErr != nil {
		err = fmt.Errorf("finish upload: %w", errors.Join(finishErr, err))
	}
	return r, gone(err)
}

func gone(err error) error {
	if errors.Is(err, handler.ErrNotFound) {
		return ErrNotFound
	}
	return err
}

// Config says where content is kept.
type Config struct {
	// Place is a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=REGION.
	Place string
	// AccessKey and Secret are the bucket's.
	AccessKey, Secret string
	// Temp is a folder for parts of uploads on their way to a bucket; "" means the system's.
	Temp string
}

// Open opens the store that the configuration names and sees that it can be used.
func Open(ctx context.Context, cfg Config) (Store, error) {
	if strings.HasPrefix(cfg.Place, "s3://") {
		return openS3(ctx, cfg)
	}
	return openLocal(cfg.Place)
}

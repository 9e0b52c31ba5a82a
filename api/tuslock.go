package api

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/tus/tusd/v2/pkg/handler"
)

// patientLocks asks a request to give up its upload only once it reads its body. tusd ends a request by closing the body, looks for it
// without a lock, and forgets the wish where there is none yet: then the next request would wait for one that has died. The locks
// ask again until they are given up.
type patientLocks struct{ handler.Locker }

func (l patientLocks) NewLock(transfer string) (handler.Lock, error) {
	lock, err := l.Locker.NewLock(transfer)
	return patientLock{lock}, err
}

type patientLock struct{ uploadLock }

// uploadLock is handler.Lock under a name that leaves room for its method.
type uploadLock = handler.Lock

// Lock takes the upload for the request whose values ctx carries.
func (l patientLock) Lock(ctx context.Context, requestUnlock func()) error {
	body, receives := ctx.Value(begunKey{}).(*begunBody)
	return l.uploadLock.Lock(ctx, func() {
		if !receives || body.begun.Load() {
			requestUnlock()
		}
	})
}

// begunKey is where a request's context holds its begunBody.
type begunKey struct{}

// begunBody notes that its first byte was asked for.
type begunBody struct {
	io.ReadCloser
	begun atomic.Bool
}

func (b *begunBody) Read(p []byte) (int, error) {
	b.begun.Store(true)
	return b.ReadCloser.Read(p)
}

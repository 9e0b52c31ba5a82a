package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// An object is read in windows: a reader that wants little does not make the bucket send much, and one that wants
// all does not ask often.
const (
	firstWindow = 256 << 10
	maxWindow   = 16 << 20
)

// object reads an object of a bucket from wherever it is asked to. Only one goroutine may use it at a time.
type object struct {
	ctx  context.Context
	b    *bucket
	key  *string
	size int64

	offset int64         // where the next Read begins
	window int64         // bytes of the last request
	body   io.ReadCloser // what is left of it, beginning at offset; nil before the next request
}

func (o *object) Size() int64 { return o.size }

func (o *object) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for o.offset < o.size {
		if o.body == nil {
			if err := o.request(); err != nil {
				return 0, err
			}
		}
		n, err := o.body.Read(p)
		o.offset += int64(n)
		if err == io.EOF { // of the window; request saw that it isn't empty
			err = o.drop()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.EOF
}

func (o *object) request() error {
	o.window = min(max(firstWindow, 2*o.window), maxWindow)
	last := min(o.offset+o.window, o.size) - 1
	out, err := o.b.client.GetObject(o.ctx, &s3.GetObjectInput{
		Bucket: &o.b.name, Key: o.key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", o.offset, last)),
	})
	if err != nil {
		return noSuch(err)
	}
	if got := aws.ToInt64(out.ContentLength); got != last-o.offset+1 {
		return errors.Join(fmt.Errorf("blob: asked for bytes %d to %d of an object, got %d", o.offset, last, got), out.Body.Close())
	}
	o.body = out.Body
	return nil
}

func (o *object) drop() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.offset
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, errors.New("blob: seek before the beginning")
	}
	if offset != o.offset {
		o.offset, o.window = offset, 0
		if err := o.drop(); err != nil {
			return 0, err
		}
	}
	return offset, nil
}

func (o *object) Close() error { return o.drop() }

package hub

import (
	"os"
	"sync"
)

// errTimeout is what a read gives when its deadline has passed.
var errTimeout = os.ErrDeadlineExceeded

// bufferPool lends buffers for reading frames: a silent phone holds none.
type bufferPool struct{ pool sync.Pool }

var readBuffers bufferPool

func (p *bufferPool) get() []byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, 1024)
}

func (p *bufferPool) put(b []byte) {
	if b != nil && cap(b) <= maxFrameBytes {
		p.pool.Put(&b)
	}
}

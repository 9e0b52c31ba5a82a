package blob

import (
	"strings"
	"sync"

	"github.com/gabriel-vasile/mimetype"
)

// SniffBytes is how much of a file's beginning Sniff wants to see.
const SniffBytes = 64 << 10

// mimetype looks at 3 KiB by default, which is less than the first part of many office documents.
var sniffMore = sync.OnceFunc(func() { mimetype.SetLimit(SniffBytes) })

// Sniff tells a file's media type, without parameters, from its beginning. Nothing that a client says counts.
func Sniff(head []byte) string {
	sniffMore()
	mediaType, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	return strings.TrimSpace(mediaType)
}

package court

import "strings"

// TypeFits reports whether a file of the sniffed media type may stand in a message of the kind.
func TypeFits(kind Kind, mediaType string) bool {
	switch kind {
	case KindImage:
		return strings.HasPrefix(mediaType, "image/")
	case KindVoice:
		return strings.HasPrefix(mediaType, "audio/") || mediaType == "video/webm" || mediaType == "video/mp4"
	case KindVideo:
		return strings.HasPrefix(mediaType, "video/")
	}
	return kind == KindFile
}

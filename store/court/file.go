package court

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UploadLimits says how large a file of each kind may be, in bytes.
type UploadLimits struct {
	Image int64 `json:"image_bytes"`
	Voice int64 `json:"voice_bytes"`
	Video int64 `json:"video_bytes"`
	File  int64 `json:"file_bytes"`
}

// DefaultUploadLimits hold where the court sets none.
var DefaultUploadLimits = UploadLimits{Image: 30 << 20, Voice: 20 << 20, Video: 500 << 20, File: 100 << 20}

// Of gives the limit for a kind of message, 0 for kinds that carry no file.
func (l UploadLimits) Of(kind Kind) int64 {
	switch kind {
	case KindImage:
		return l.Image
	case KindVoice:
		return l.Voice
	case KindVideo:
		return l.Video
	case KindFile:
		return l.File
	}
	return 0
}

// MaxFileNameRunes bounds the name under which a file is shown and saved.
const MaxFileNameRunes = 200

// Media types that people may upload. What a browser or a phone would run (HTML, SVG, XML, scripts, programs) is in
// none of the lists.
var (
	imageTypes = []string{"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/heif",
		"image/heic-sequence", "image/heif-sequence"}
	audioTypes = []string{"audio/mpeg", "audio/ogg", "application/ogg", "audio/wav", "audio/flac", "audio/aac", "audio/amr",
		"audio/mp4", "audio/x-m4a", "audio/webm"}
	videoTypes    = []string{"video/webm", "video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2"}
	documentTypes = []string{
		"application/pdf", "text/plain", "text/csv", "text/tab-separated-values", "text/rtf", "application/zip",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", OLEType,
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation",
	}
	// inlineImages are those that every browser shows by itself and none runs.
	inlineImages = []string{"image/jpeg", "image/png", "image/webp", "image/gif"}
)

// OLEType is what older office documents look like when their kind can't be told from their beginning. Installers
// look the same: only the name tells them apart.
const OLEType = "application/x-ole-storage"

var oleExtensions = []string{"doc", "dot", "xls", "xlt", "ppt", "pps", "wps", "wpt", "et", "ett", "dps", "dpt"}

// activeExtensions name files that a computer runs when somebody opens them, whatever is inside.
var activeExtensions = []string{"apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "exe", "gadget", "hta", "htm", "html", "inf", "ipa",
	"jar", "js", "jse", "jnlp", "lnk", "mht", "mhtml", "msc", "msi", "msp", "pif", "php", "ps1", "psm1", "py", "reg", "scf", "scr", "sct",
	"sh", "shtml", "svg", "svgz", "url", "vb", "vbe", "vbs", "wsc", "wsf", "wsh", "xht", "xhtml", "xml", "xsl", "xslt"}

// TypeFits reports whether a file of the sniffed media type may stand in a message of the kind.
func TypeFits(kind Kind, mediaType string) bool {
	switch kind {
	case KindImage:
		return slices.Contains(imageTypes, mediaType)
	case KindVoice: // recorders put voice into video containers
		return slices.Contains(audioTypes, mediaType) || mediaType == "video/webm" || mediaType == "video/mp4"
	case KindVideo:
		return slices.Contains(videoTypes, mediaType)
	case KindFile:
		return slices.Contains(documentTypes, mediaType) || slices.Contains(imageTypes, mediaType) ||
			slices.Contains(audioTypes, mediaType) || slices.Contains(videoTypes, mediaType)
	}
	return false
}

// CheckFile refuses, as ErrFileType, what may not be uploaded as the kind: by its sniffed type, and by a name that
// would make a computer run it.
func CheckFile(kind Kind, mediaType, name string) error {
	if !TypeFits(kind, mediaType) || ActiveName(name) {
		return ErrFileType
	}
	if mediaType == OLEType && !slices.Contains(oleExtensions, extension(name)) {
		return ErrFileType
	}
	return nil
}

// ActiveName reports whether a computer would run a file of this name instead of showing it.
func ActiveName(name string) bool { return slices.Contains(activeExtensions, extension(name)) }

// Inline reports whether browsers may show a file of the type inside the page; all others are only saved.
func Inline(mediaType string) bool {
	return slices.Contains(inlineImages, mediaType) || slices.Contains(audioTypes, mediaType) || slices.Contains(videoTypes, mediaType) ||
		mediaType == "application/pdf"
}

func extension(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return ""
	}
	return strings.ToLower(name[dot+1:])
}

// CleanFileName makes a name that is safe to show and to save under: the last part of a path, without characters
// that can't be seen or that turn the direction of what follows, at most MaxFileNameRunes with the extension kept.
// Where nothing is left it is "file".
func CleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '\u200c', r == '\u200d': // joiners belong to words and emoji
			return r
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, ". \u200c\u200d")
	if runes := utf8.RuneCountInString(name); runes > MaxFileNameRunes {
		name = shorten(name)
	}
	if name == "" {
		return "file"
	}
	return name
}

// shorten cuts the middle out of a long name: its extension tells programs what it is.
func shorten(name string) string {
	runes := []rune(name)
	var end []rune
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		if ext := []rune(name[dot:]); len(ext) <= 20 {
			end = ext
		}
	}
	return strings.TrimRight(string(runes[:MaxFileNameRunes-len(end)]), ". ") + string(end)
}

package store

// File is what readers of a message learn of its file.
type File struct {
	Name      string `json:"name"`
	Type      string `json:"type"` // sniffed media type
	Size      int64  `json:"size"` // bytes
	Width     int64  `json:"width,omitempty"`
	Height    int64  `json:"height,omitempty"`
	Thumbnail bool   `json:"thumbnail,omitempty"`
}

// Attachment is a finished upload as its owner sees it.
type Attachment struct {
	ID string `json:"id"`
	File
	SHA256 string `json:"sha256"`
}

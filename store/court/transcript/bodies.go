package transcript

import "encoding/json"

// LiveBody is what transcript_live_set says: whether who is in the hearing reads what is being written.
type LiveBody struct {
	Hearing string `json:"hearing"`
	On      bool   `json:"on"`
}

// PresentedBody is what transcript_presented says: the court lays it before the participants. The lines themselves stand in the document.
type PresentedBody struct {
	Hearing   string       `json:"hearing"`
	Title     string       `json:"title"`
	Version   int          `json:"version"`
	Document  Document     `json:"document"`
	LinesHash string       `json:"lines_sha256"`
	Lines     int          `json:"lines"`
	Signers   []SignerBody `json:"signers"`
	Until     int64        `json:"until"`
	// Integrity is of the recording that stands in place of the transcript: hearing.Integrity. The lines are its files.
	Integrity string `json:"recording_sha256,omitempty"`
}

// Document is a printed transcript in the record. The event says more of the file.
type Document struct {
	Attachment string `json:"attachment"`
	SHA256     string `json:"sha256"`
}

// SignerBody names a seat that has to sign.
type SignerBody struct {
	Seat     string `json:"seat"`
	Name     string `json:"name"`
	Standing string `json:"standing"`
	OfCourt  bool   `json:"of_court,omitempty"`
}

// AskedBody is what transcript_correction_asked says. Was is the line as it stands.
type AskedBody struct {
	Hearing    string `json:"hearing"`
	Correction string `json:"correction"`
	Line       string `json:"line"`
	Number     int    `json:"number"` // of the line, from 1
	Seat       string `json:"seat"`
	Was        string `json:"was"`
	Text       string `json:"text"`
	Reason     string `json:"reason,omitempty"`
}

// AnsweredBody is what transcript_correction_answered says. Document is the transcript with this answer in it.
type AnsweredBody struct {
	Hearing    string   `json:"hearing"`
	Correction string   `json:"correction"`
	Granted    bool     `json:"granted"`
	Reason     string   `json:"reason,omitempty"`
	Document   Document `json:"document"`
}

// SignedBody is what transcript_signed says.
type SignedBody struct {
	Hearing  string    `json:"hearing"`
	Seat     string    `json:"seat"`
	Signed   Signature `json:"signed"`
	Complete bool      `json:"complete,omitempty"` // this was the last: all have signed
	Replaced bool      `json:"replaced,omitempty"` // what was signed is of the recording in place of the transcript
}

// Signature is what was signed, and how.
type Signature struct {
	Title     string `json:"title"`
	SHA256    string `json:"sha256"`
	Signature string `json:"signature"`
	At        int64  `json:"at"`
}

// RefusedBody is what transcript_refused says.
type RefusedBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	Reason  string `json:"reason,omitempty"`
	Noted   bool   `json:"noted,omitempty"` // by the court, for who said so in the hearing
	// Replaced as in SignedBody.
	Replaced bool `json:"replaced,omitempty"`
}

// EndBody is what transcript_reopened and transcript_closed say.
type EndBody struct {
	Hearing  string `json:"hearing"`
	Reason   string `json:"reason"`
	Replaced bool   `json:"replaced,omitempty"` // as in SignedBody
}

// Of gives the hearing that a body is about, "" where it names none.
func Of(body []byte) string {
	var b struct {
		Hearing string `json:"hearing"`
	}
	if json.Unmarshal(body, &b) != nil {
		return ""
	}
	return b.Hearing
}

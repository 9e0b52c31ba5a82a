package hub

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"microcourt/hub/liveness"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// challengeLife is how long a challenge can be answered: a capture takes ten seconds, and a bad network minutes for sending it.
const challengeLife = 5 * time.Minute

// ChallengeProofing asks for what the camera has to answer.
type ChallengeProofing struct{ Kind proofing.FileKind }

func (ChallengeProofing) rule() rule { return rule{act: court.ActProofing} }

// ProofingChallenge is what the camera has to answer, once and soon.
type ProofingChallenge struct {
	ID        string              `json:"id"`
	Kind      proofing.FileKind   `json:"kind" enum:"flash,digits_video"`
	ExpiresAt int64               `json:"expires_at"`
	Flash     *liveness.Challenge `json:"flash" doc:"what the screen shows, step by step; null for a video"`
	Digits    string              `json:"digits,omitempty" doc:"to be read aloud"`
}

func (c ChallengeProofing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingChallenge, error) {
	view := &ProofingChallenge{Kind: c.Kind}
	var text string
	switch c.Kind {
	case proofing.FileFlash:
		challenge, err := liveness.New(rand.Reader)
		if err != nil {
			return nil, err
		}
		words, err := json.Marshal(challenge)
		if err != nil {
			return nil, err
		}
		view.Flash, text = &challenge, string(words)
	case proofing.FileVideo:
		digits, err := liveness.Digits(rand.Reader)
		if err != nil {
			return nil, err
		}
		view.Digits, text = digits, digits
	default:
		return nil, court.ErrInvalid.In("kind")
	}
	kept, err := h.store.ChallengeProofing(ctx, actor.PersonID, actor.SessionID, c.Kind, text, challengeLife)
	view.ID, view.ExpiresAt = kept.ID, kept.ExpiresAt
	return view, err
}

// AnswerChallenge hands in the frames or the video.
type AnswerChallenge struct {
	ID   string
	Data []byte
}

func (AnswerChallenge) rule() rule { return rule{act: court.ActProofing} }

// videoTypes are the videos that phones make.
var videoTypes = []string{"video/webm", "video/mp4", "video/quicktime"}

// minVideo is what a video of a few seconds has at least, in bytes.
const minVideo = 4 << 10

func (a AnswerChallenge) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*ProofingView, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	c, err := h.store.TakeChallenge(ctx, actor.PersonID, actor.SessionID, a.ID)
	if err != nil {
		return nil, err
	}
	capture, mediaType := proofing.Capture{Kind: c.Kind, Verdict: proofing.Unsure, Challenge: c.Challenge}, blob.Sniff(a.Data)
	if c.Kind == proofing.FileVideo {
		if !slices.Contains(videoTypes, mediaType) || len(a.Data) < minVideo {
			return nil, court.ErrCapture
		}
	} else {
		_, report, err := judge(c.Challenge, a.Data)
		if err != nil {
			return nil, err
		}
		mediaType = "application/octet-stream"
		capture.Verdict, capture.Score, capture.Reasons = verdicts[report.Verdict], report.Score, codesOf(report)
		if h.now().UnixMilli()-c.CreatedAt < captureLength(c.Challenge) { // sent before all colours can have been shown
			capture.Verdict, capture.Reasons = proofing.No, append(capture.Reasons, "early")
		}
	}
	p, err := h.files.KeepProofingFile(ctx, actor.PersonID, actor.SessionID, c.Kind, mediaType, a.Data, &capture)
	return h.proofingView(p), err
}

var verdicts = map[liveness.Verdict]proofing.Verdict{liveness.Pass: proofing.Yes, liveness.Unsure: proofing.Unsure, liveness.Fail: proofing.No}

// judge looks at frames that answer a challenge. Frames that bear another challenge's mark are court.ErrChallenge.
func judge(challenge string, data []byte) (liveness.Capture, liveness.Report, error) {
	c, err := liveness.Parse([]byte(challenge))
	if err != nil {
		return liveness.Capture{}, liveness.Report{}, err
	}
	capture, err := liveness.Read(bytes.NewReader(data), liveness.DefaultLimits)
	switch {
	case errors.Is(err, liveness.ErrTooLarge):
		err = court.ErrTooLarge
	case err != nil:
		err = court.ErrCapture
	case capture.Nonce != c.Nonce:
		err = court.ErrChallenge
	}
	if err != nil {
		return liveness.Capture{}, liveness.Report{}, err
	}
	return capture, liveness.Judge(c, capture.Frames), nil
}

func codesOf(r liveness.Report) (codes []string) {
	for _, reason := range r.Reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}

// captureLength is how long the colours of a challenge take, in ms.
func captureLength(challenge string) int64 {
	c, err := liveness.Parse([]byte(challenge))
	if err != nil {
		return 0
	}
	return int64(c.Length())
}

// faceOf gives the frame in the middle of the newest capture that followed the colours.
func (h *Hub) faceOf(ctx context.Context, p *store.Proofing) ([]byte, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	for _, c := range slices.Backward(p.Facts.Captures) {
		if c.Kind != proofing.FileFlash || c.Verdict != proofing.Yes {
			continue
		}
		_, data, err := h.files.OpenProofingFile(ctx, p.ID, c.File)
		if err != nil {
			return nil, err
		}
		capture, err := liveness.Read(bytes.NewReader(data), liveness.DefaultLimits)
		if err != nil {
			return nil, err
		}
		return capture.Frames[len(capture.Frames)/2].JPEG, nil
	}
	return nil, court.ErrProofingStep
}

// ReadCapture gives the frames of a capture on the review desk. That somebody looked is audited.
type ReadCapture struct{ ID, File string }

func (ReadCapture) rule() rule { return rule{act: court.ActProofingReview} }

// CaptureView is a capture as people look at it.
type CaptureView struct {
	Challenge liveness.Challenge `json:"challenge"`
	Report    liveness.Report    `json:"report"`
	Frames    []CaptureFrame     `json:"frames" nullable:"false" doc:"some of them, evenly spread"`
}

// CaptureFrame is one picture of a capture.
type CaptureFrame struct {
	AtMs int    `json:"at_ms"`
	JPEG []byte `json:"jpeg"`
}

// shownFrames bounds how many frames a reviewer is shown.
const shownFrames = 48

func (r ReadCapture) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*CaptureView, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	p, err := h.store.LookAtProofing(ctx, r.ID, actor.by())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(p.Facts.Captures, func(c proofing.Capture) bool { return c.File == r.File && c.Kind == proofing.FileFlash })
	if i < 0 {
		return nil, court.ErrNotFound
	}
	_, data, err := h.files.OpenProofingFile(ctx, r.ID, r.File)
	if err != nil {
		return nil, err
	}
	capture, report, err := judge(p.Facts.Captures[i].Challenge, data)
	if err != nil {
		return nil, err
	}
	challenge, err := liveness.Parse([]byte(p.Facts.Captures[i].Challenge))
	view := &CaptureView{Challenge: challenge, Report: report}
	step := max(1, len(capture.Frames)/shownFrames)
	for k := 0; k < len(capture.Frames); k += step {
		view.Frames = append(view.Frames, CaptureFrame{capture.Frames[k].At, capture.Frames[k].JPEG})
	}
	return view, err
}

// Package idcheck asks outside services whether a document is whose it is said to be, and whether a face is its holder's. What a service doesn't know or doesn't
// answer is never a yes: then people of the court look.
package idcheck

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"microcourt/hub/signed"
	"microcourt/store/court/proofing"
)

// ErrUnavailable: the service doesn't answer, or not as agreed.
var ErrUnavailable = errors.New("idcheck: the service is not available")

const timeout = 10 * time.Second

// Authority is an authority that knows documents:
//
//	POST URL   {"name":"...","id_type":"resident_id","id_number":"..."}
//	200        {"result":"match" | "mismatch" | "unknown","reference":"..."}
//
// Messages are signed (package signed). reference, at most 100 characters, is what the authority finds the question by later.
type Authority struct{ client *signed.Client }

// NewAuthority checks the settings, as signed.NewClient does.
func NewAuthority(address, secret string) (*Authority, error) {
	client, err := signed.NewClient(address, secret, timeout)
	return &Authority{client}, err
}

// Check asks about a name and a document. ErrUnavailable says that nothing is known.
func (a *Authority) Check(ctx context.Context, name, idType, idNumber string) (proofing.Answer, error) {
	return ask(ctx, a.client, struct {
		Name     string `json:"name"`
		IDType   string `json:"id_type"`
		IDNumber string `json:"id_number"`
	}{name, idType, idNumber}, map[string]proofing.Verdict{"match": proofing.Yes, "mismatch": proofing.No, "unknown": proofing.Unsure})
}

// Faces is a service that compares a face with the picture that an authority has of a document's holder:
//
//	POST URL   {"name":"...","id_type":"...","id_number":"...","image":"base64 of a JPEG"}
//	200        {"result":"same" | "different" | "unsure","score":0.93,"reference":"..."}
type Faces struct{ client *signed.Client }

// NewFaces checks the settings, as signed.NewClient does.
func NewFaces(address, secret string) (*Faces, error) {
	client, err := signed.NewClient(address, secret, timeout)
	return &Faces{client}, err
}

// Compare asks whether a picture (JPEG) shows a document's holder. ErrUnavailable says that nothing is known.
func (f *Faces) Compare(ctx context.Context, name, idType, idNumber string, image []byte) (proofing.Answer, error) {
	return ask(ctx, f.client, struct {
		Name     string `json:"name"`
		IDType   string `json:"id_type"`
		IDNumber string `json:"id_number"`
		Image    []byte `json:"image"`
	}{name, idType, idNumber, image}, map[string]proofing.Verdict{"same": proofing.Yes, "different": proofing.No, "unsure": proofing.Unsure})
}

// maxReference bounds what a service finds a question by, in bytes.
const maxReference = 400

func ask(ctx context.Context, client *signed.Client, question any, verdicts map[string]proofing.Verdict) (proofing.Answer, error) {
	status, text, err := client.Post(ctx, question)
	if err != nil {
		return proofing.Answer{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if status != http.StatusOK {
		return proofing.Answer{}, fmt.Errorf("%w: status %d", ErrUnavailable, status)
	}
	var said struct {
		Result    string  `json:"result"`
		Score     float64 `json:"score"`
		Reference string  `json:"reference"`
	}
	if err := json.Unmarshal(text, &said); err != nil || len(said.Reference) > maxReference {
		return proofing.Answer{}, fmt.Errorf("%w: the answer can't be read", ErrUnavailable)
	}
	verdict, ok := verdicts[said.Result]
	if !ok || said.Score < 0 || said.Score > 1 {
		return proofing.Answer{}, fmt.Errorf("%w: the answer is not one of those agreed on", ErrUnavailable)
	}
	return proofing.Answer{Verdict: verdict, Score: said.Score, Reference: said.Reference}, nil
}

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// signatureRoutes are my signature on file.
func (a *API) signatureRoutes() {
	route(a, court.ActSignatureKeep, huma.Operation{Method: http.MethodGet, Path: "/api/v1/me/signature", OperationID: "read-signature",
		Summary: "My signature on file; signature_needed where there is none yet"}, a.readSignature)
	route(a, court.ActSignatureKeep, huma.Operation{Method: http.MethodPut, Path: "/api/v1/me/signature", OperationID: "keep-signature",
		Summary: "Make a drawn signature the one on file; documents signed before keep theirs", MaxBodyBytes: hub.MaxSignatureBytes*4/3 + 1024}, a.keepSignature)
}

func (a *API) readSignature(ctx context.Context, _ *struct{}) (*body[*store.Signature], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadSignature{}))
}

type keepSignatureIn struct {
	Body struct {
		Image []byte `json:"image" doc:"PNG, dark on white or on nothing"`
	}
}

func (a *API) keepSignature(ctx context.Context, in *keepSignatureIn) (*body[*store.Signature], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.KeepSignature{Image: in.Body.Image}))
}

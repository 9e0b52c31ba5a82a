package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// meRoutes: my own account.
func (a *API) meRoutes() {
	route(a, court.ActMeRead, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/me", OperationID: "me", Summary: "My account",
	}, a.me)
	route(a, court.ActLanguageSet, huma.Operation{
		Method: http.MethodPut, Path: "/api/v1/me/language", OperationID: "setLanguage", Summary: "Choose the language in which I am written to",
		DefaultStatus: http.StatusNoContent,
	}, a.setLanguage)
	route(a, court.ActCapacitySet, huma.Operation{
		Method: http.MethodPut, Path: "/api/v1/me/capacity", OperationID: "set-capacity", Summary: "Use this session as a party, or as a representative: acts in a case are refused with other_capacity where I stand in it in the other capacity",
		DefaultStatus: http.StatusNoContent,
	}, a.setCapacity)
	route(a, court.ActSessionList, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/me/account-log", OperationID: "account-log", Summary: "Where I signed in and out, what changed in my account, and what was done with it in cases: the newest 200 of each since a time",
	}, a.accountLog)
	route(a, court.ActPushSubscribe, huma.Operation{
		Method: http.MethodPut, Path: "/api/v1/me/push", OperationID: "subscribe-push", Summary: "Have this browser told when something is new while I am away, as long as this session lasts",
		DefaultStatus: http.StatusNoContent,
	}, a.subscribePush)
	route(a, court.ActPushSubscribe, huma.Operation{
		Method: http.MethodDelete, Path: "/api/v1/me/push", OperationID: "unsubscribe-push", Summary: "Tell this browser nothing more",
		DefaultStatus: http.StatusNoContent,
	}, a.unsubscribePush)
	route(a, court.ActPasswordChange, huma.Operation{
		Method: http.MethodPut, Path: "/api/v1/me/password", OperationID: "changePassword", Summary: "Change my password; my other sessions end",
		DefaultStatus: http.StatusNoContent,
	}, a.changePassword)
	route(a, court.ActTOTPSet, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/me/totp", OperationID: "beginTOTP", Summary: "A new secret for my authenticator",
	}, a.beginTOTP)
	route(a, court.ActTOTPSet, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/me/totp/confirmation", OperationID: "confirmTOTP", Summary: "Turn the second step on, with a first code",
		DefaultStatus: http.StatusNoContent,
	}, a.confirmTOTP)
	route(a, court.ActTOTPSet, huma.Operation{
		Method: http.MethodDelete, Path: "/api/v1/me/totp", OperationID: "removeTOTP", Summary: "Turn the second step off, with a code",
		DefaultStatus: http.StatusNoContent,
	}, a.removeTOTP)
}

type meOut struct{ Body hub.Me }

func (a *API) me(ctx context.Context, _ *struct{}) (*meOut, error) {
	me, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadMe{})
	return &meOut{me}, err
}

type setLanguageIn struct {
	Body struct {
		Lang string `json:"lang" enum:"zh,en"`
	}
}

func (a *API) setLanguage(ctx context.Context, in *setLanguageIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SetLanguage{Lang: in.Body.Lang})
	return nil, err
}

type accountLogIn struct {
	Since int64 `query:"since" minimum:"0" doc:"Unix milliseconds"`
}

type accountLogOut struct {
	Entries []store.AccountEntry `json:"entries" nullable:"false"`
}

func (a *API) accountLog(ctx context.Context, in *accountLogIn) (*body[accountLogOut], error) {
	log, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadAccountLog{Since: in.Since})
	return answer(accountLogOut{log}, err)
}

type setCapacityIn struct {
	Body struct {
		Capacity court.Role `json:"capacity" enum:"party,representative"`
	}
}

func (a *API) setCapacity(ctx context.Context, in *setCapacityIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SetCapacity{Capacity: in.Body.Capacity})
	return nil, err
}

type changePasswordIn struct {
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" maxLength:"1024" doc:"at least 12 characters"`
	}
}

func (a *API) changePassword(ctx context.Context, in *changePasswordIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ChangePassword{Old: in.Body.Old, New: in.Body.New})
	return nil, err
}

type totpSecretOut struct{ Body hub.TOTPSecret }

func (a *API) beginTOTP(ctx context.Context, _ *struct{}) (*totpSecretOut, error) {
	secret, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.BeginTOTP{})
	return &totpSecretOut{secret}, err
}

type totpCodeIn struct {
	Body struct {
		Code string `json:"code" maxLength:"40"`
	}
}

func (a *API) confirmTOTP(ctx context.Context, in *totpCodeIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ConfirmTOTP{Code: in.Body.Code})
	return nil, err
}

func (a *API) removeTOTP(ctx context.Context, in *totpCodeIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveTOTP{Code: in.Body.Code})
	return nil, err
}

type subscribePushIn struct {
	Body struct {
		Endpoint string `json:"endpoint" maxLength:"1000"`
		Keys     struct {
			P256DH string `json:"p256dh" maxLength:"200"`
			Auth   string `json:"auth" maxLength:"100"`
		} `json:"keys"`
		ExpirationTime *float64 `json:"expirationTime,omitempty" doc:"what browsers add; not used"`
	}
}

func (a *API) subscribePush(ctx context.Context, in *subscribePushIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.SubscribePush{Endpoint: in.Body.Endpoint, P256DH: in.Body.Keys.P256DH, Auth: in.Body.Keys.Auth}))
}

func (a *API) unsubscribePush(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.UnsubscribePush{}))
}

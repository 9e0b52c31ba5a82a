//go:build browser

package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"microcourt/store/storetest/servers"
)

// bucket is where the nodes keep files, reached as somebody does who has the disks and not the program.
type bucket struct {
	client *s3.Client
	name   string
}

// openBucket opens the bucket at an address that servers.S3Server gave.
func openBucket(t *testing.T, server *servers.S3Server, place string) *bucket {
	t.Helper()
	u, err := url.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	return &bucket{name: u.Host, client: s3.New(s3.Options{
		BaseEndpoint: aws.String(u.Query().Get("endpoint")), Region: u.Query().Get("region"), UsePathStyle: true,
		Credentials:                credentials.NewStaticCredentialsProvider(server.AccessKey, server.Secret, ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})}
}

// damage changes one bit in the middle of the file whose content has the given SHA-256 (lower-case hex).
func (b *bucket) damage(ctx context.Context, sum string) error {
	found, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: aws.String("content/" + sum)})
	if err != nil {
		return err
	}
	if len(found.Contents) != 1 {
		return fmt.Errorf("%d files have the content %s", len(found.Contents), sum)
	}
	key := found.Contents[0].Key
	got, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: key})
	if err != nil {
		return err
	}
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	content[len(content)/2] ^= 1
	_, err = b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: key, Body: bytes.NewReader(content)})
	return err
}

func (c *court) damage(w http.ResponseWriter, r *http.Request) {
	if err := c.files.damage(r.Context(), r.PathValue("sha256")); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

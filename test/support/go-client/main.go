// Calls a webhook as kube-apiserver does: with Go's own client, over HTTP/1.1,
// and with the API server's idea of when a connection is idle for too long.
//
// Each line of standard input is one step; each line of standard output is what
// came of it.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

type step struct {
	PauseMilliseconds int               `json:"pauseMilliseconds"`
	Concurrency       int               `json:"concurrency"` // requests sent at once
	Method            string            `json:"method"`
	Path              string            `json:"path"`
	Headers           map[string]string `json:"headers"`
	Body              []byte            `json:"body"` // base64
	Chunked           bool              `json:"chunked"`
}

type answer struct {
	Code  int    `json:"code"`
	Body  string `json:"body"`
	Error string `json:"error,omitempty"`
}

func main() {
	url := flag.String("url", "", "https://host:port of the server")
	authority := flag.String("ca", "", "file of the certificate that signed the server's")
	idle := flag.Duration("idle", 90*time.Second, "how long an idle connection is kept")
	flag.Parse()
	client := &http.Client{Transport: transport(*authority, *idle), Timeout: 30 * time.Second}
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var next step
		if err := json.Unmarshal(line, &next); err != nil {
			log.Fatal(err)
		}
		time.Sleep(time.Duration(next.PauseMilliseconds) * time.Millisecond)
		if err := answers.Encode(callAll(client, *url, next)); err != nil {
			log.Fatal(err)
		}
	}
}

// As apiserver/pkg/util/webhook/client.go and client-go's transport cache set it up.
func transport(authority string, idle time.Duration) *http.Transport {
	certificate, err := os.ReadFile(authority)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	return &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 25,
		IdleConnTimeout:     idle,
	}
}

func callAll(client *http.Client, url string, next step) []answer {
	answers := make([]answer, max(next.Concurrency, 1))
	var group sync.WaitGroup
	for index := range answers {
		group.Go(func() { answers[index] = call(client, url, next) })
	}
	group.Wait()
	return answers
}

func call(client *http.Client, url string, next step) answer {
	var body io.Reader = bytes.NewReader(next.Body)
	if next.Chunked {
		body = io.MultiReader(body) // hides the length
	}
	request, err := http.NewRequest(next.Method, url+next.Path, body)
	if err != nil {
		return answer{Error: err.Error()}
	}
	for name, value := range next.Headers {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{Error: err.Error()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Code: response.StatusCode, Body: string(text)}
}

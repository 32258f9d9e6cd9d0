/* Client of qacd, the session-aware query-autocompletion daemon, in one header.
 *
 *     #define QACD_IMPLEMENTATION      in one file of your program, before
 *     #include "qacd.h"                and without it in the others
 *
 *     struct qacd *client = qacd_new(NULL);
 *     struct qacd_answer answer;
 *     struct qacd_origin origin = {"ann", NULL, NULL};
 *     if (qacd_complete(client, &origin, "ru", 10, 100, &answer) == QACD_OK) {
 *       const struct qacd_value *list = qacd_get(answer.result, "suggestions");
 *       for (const struct qacd_value *one = qacd_first(list); one; one = one->next)
 *         puts(qacd_text(qacd_get(one, "text")));
 *     }
 *     qacd_answer_free(&answer);
 *     qacd_free(client);
 *
 * C99 and POSIX.1-2008, no other library. A client is for one thread at a time, and usable after
 * fork: the child makes a connection of its own. No call raises SIGPIPE. Deadlines are in
 * milliseconds, and count for connecting, sending and waiting together.
 *
 * Source: docs/protocol.md and docs/clients.md of qacd.
 */
#ifndef QACD_H
#define QACD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What can come of a call. */
enum qacd_status {
  QACD_OK = 0,
  QACD_REFUSED,     /* the daemon answered with an error: see code and message */
  QACD_TIMEOUT,     /* the deadline passed */
  QACD_CLOSED,      /* the connection ended before the answer came */
  QACD_UNAVAILABLE, /* no connection could be made; nothing was sent */
  QACD_INVALID,     /* what came is no answer of the protocol */
  QACD_TOO_LONG,    /* the request does not fit into a line; nothing was sent */
  QACD_NO_MEMORY    /* there is no memory */
};

enum qacd_type {
  QACD_NULL,
  QACD_FALSE,
  QACD_TRUE,
  QACD_NUMBER,
  QACD_STRING,
  QACD_ARRAY,
  QACD_OBJECT
};

/* A JSON value of an answer. It lives as long as the answer. */
struct qacd_value {
  enum qacd_type type;
  const char *name;          /* of a member of an object; otherwise NULL */
  const char *text;          /* a string, UTF-8, ended by 0; or a number as it was written */
  size_t length;             /* bytes of text, which may hold 0 itself */
  struct qacd_value *first;  /* of an array or object */
  struct qacd_value *next;   /* in the array or object around it */
};

struct qacd_answer {
  enum qacd_status status;
  int code;                        /* the daemon's error code if status is QACD_REFUSED, or 0 */
  int retryable;                   /* sending the same again does no harm and may succeed */
  const char *message;             /* what went wrong; never NULL */
  const struct qacd_value *result; /* if status is QACD_OK; otherwise NULL */
  void *memory;
};

struct qacd;

/* Makes a client of the socket at `path`, or of that which qac-cli uses if it is NULL. It connects
 * at its first call. NULL if there is no memory. */
struct qacd *qacd_new(const char *path);
/* Closes the connection and frees the client. */
void qacd_free(struct qacd *client);
/* The path that qac-cli uses, cut off at `size` bytes. */
void qacd_default_path(char *path, size_t size);

/* Whose text it is, in which conversation (a terminal, a tab), and where it is typed (a working
 * directory, a category). Each may be NULL; a thread needs a session. */
struct qacd_origin {
  const char *session;
  const char *thread;
  const char *place;
};

/* Asks for at most `limit` completions (0: the daemon's own limit). `origin` may be NULL. The result
 * has `suggestions`, each with `text`, `score`, `source` and `match`; `failed` is true if the session's
 * own last use of it failed. */
enum qacd_status qacd_complete(struct qacd *client, const struct qacd_origin *origin,
                               const char *prefix, int limit, int deadline_ms,
                               struct qacd_answer *answer);
/* Records a submitted query of a session; the result has its `id`. Never sent twice: after QACD_CLOSED or
 * QACD_TIMEOUT with retryable 0, nobody knows whether it was carried out. */
enum qacd_status qacd_record(struct qacd *client, const struct qacd_origin *origin,
                             const char *query, int deadline_ms, struct qacd_answer *answer);
/* Any method: `params` is a JSON object, or NULL. It is sent once more if the connection ends and
 * the method changes nothing, or is `import`. */
enum qacd_status qacd_call(struct qacd *client, const char *method, const char *params,
                           int deadline_ms, struct qacd_answer *answer);
/* Many calls without waiting in between; `answers[i]` is that of `methods[i]` and `params[i]`. */
void qacd_pipeline(struct qacd *client, size_t count, const char *const *methods,
                   const char *const *params, int deadline_ms, struct qacd_answer *answers);
/* Frees what an answer holds. Every answer of a call above has to be freed, whatever its status. */
void qacd_answer_free(struct qacd_answer *answer);

/* The member `name`, or NULL if `value` is no object or has none. */
const struct qacd_value *qacd_get(const struct qacd_value *value, const char *name);
/* The first element of an array or object; the others follow by `next`. */
const struct qacd_value *qacd_first(const struct qacd_value *value);
/* The text of a string, or "" if it is none. */
const char *qacd_text(const struct qacd_value *value);
/* A number, or `otherwise`. */
double qacd_number(const struct qacd_value *value, double otherwise);

/* A text that grows: to write params with. Zero it to begin: struct qacd_buffer b = {0}; */
struct qacd_buffer {
  char *data; /* ended by 0, if anything was added */
  size_t size, room;
  int failed; /* there was no memory; what was added since is missing */
};
void qacd_add(struct qacd_buffer *buffer, const char *text);
/* Adds `size` bytes as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. */
void qacd_add_string(struct qacd_buffer *buffer, const char *text, size_t size);
void qacd_buffer_free(struct qacd_buffer *buffer);

/* Reads one JSON text as an answer's result. For tests and tools. */
enum qacd_status qacd_parse(const char *data, size_t size, struct qacd_answer *answer);

#ifdef __cplusplus
}
#endif
#endif /* QACD_H */

#ifdef QACD_IMPLEMENTATION
#ifndef QACD_IMPLEMENTED
#define QACD_IMPLEMENTED

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define QACD_MAXIMUM_REQUEST 65536u
#define QACD_MAXIMUM_ANSWER (64u * 1024u * 1024u)
#define QACD_MAXIMUM_DEPTH 64
#define QACD_CHUNK 65536u

struct qacd {
  int socket; /* -1 if there is none */
  long owner; /* the process that made the connection */
  long last;  /* the last id */
  struct qacd_buffer received;
  size_t looked; /* bytes of `received` in which there is no newline */
  char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1]; /* "" if the given one is too long */
};

/* Text */

static int qacd_reserve(struct qacd_buffer *buffer, size_t more) {
  size_t need;
  char *data;
  if (buffer->failed || more > (size_t)-1 / 2 - buffer->size) {
    buffer->failed = 1;
    return 0;
  }
  need = buffer->size + more + 1;
  if (need <= buffer->room) return 1;
  if (need < buffer->room * 2) need = buffer->room * 2;
  if (need < 256) need = 256;
  data = (char *)realloc(buffer->data, need);
  if (!data) {
    buffer->failed = 1;
    return 0;
  }
  buffer->data = data;
  buffer->room = need;
  return 1;
}

static void qacd_add_bytes(struct qacd_buffer *buffer, const char *bytes, size_t size) {
  if (size == 0 || !qacd_reserve(buffer, size)) return;
  memcpy(buffer->data + buffer->size, bytes, size);
  buffer->size += size;
  buffer->data[buffer->size] = 0;
}

void qacd_add(struct qacd_buffer *buffer, const char *text) {
  qacd_add_bytes(buffer, text, strlen(text));
}

void qacd_buffer_free(struct qacd_buffer *buffer) {
  free(buffer->data);
  memset(buffer, 0, sizeof *buffer);
}

/* The bytes of the UTF-8 sequence that begins at `s`, or 0 if it is none. */
static size_t qacd_sequence(const unsigned char *s, size_t size) {
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3
                : s[0] < 0xF5 ? 4 : 0;
  uint32_t scalar;
  size_t i;
  if (length < 2) return length;
  if (length > size) return 0;
  scalar = s[0] & (0x7Fu >> length);
  for (i = 1; i < length; i++) {
    if ((s[i] & 0xC0) != 0x80) return 0;
    scalar = scalar << 6 | (s[i] & 0x3Fu);
  }
  if (scalar < least[length] || scalar > 0x10FFFF) return 0;
  if (scalar >= 0xD800 && scalar < 0xE000) return 0;
  return length;
}

void qacd_add_string(struct qacd_buffer *buffer, const char *text, size_t size) {
  const unsigned char *s = (const unsigned char *)text;
  size_t i = 0;
  qacd_add(buffer, "\"");
  while (i < size) {
    size_t length = qacd_sequence(s + i, size - i);
    if (length == 0) {
      qacd_add(buffer, "\\ufffd");
      length = 1;
    } else if (s[i] == '"' || s[i] == '\\') {
      qacd_add(buffer, "\\");
      qacd_add_bytes(buffer, text + i, 1);
    } else if (s[i] < 0x20) {
      char escape[8];
      snprintf(escape, sizeof escape, "\\u%04x", s[i]);
      qacd_add(buffer, escape);
    } else {
      qacd_add_bytes(buffer, text + i, length);
    }
    i += length;
  }
  qacd_add(buffer, "\"");
}

/* JSON. One block holds the values and another the texts: a text never grows when it is read, and a
 * value takes at least one byte of the input, or two with what separates it. */

struct qacd_memory {
  struct qacd_value *values;
  char *texts;
  char message[256];
};

struct qacd_reader {
  const unsigned char *at, *end;
  struct qacd_value *values;
  size_t count, room;
  char *texts;
};

static void qacd_skip(struct qacd_reader *reader) {
  while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                      *reader->at == '\r' || *reader->at == '\n'))
    reader->at++;
}

static int qacd_hex(struct qacd_reader *reader, uint32_t *code) {
  int i;
  *code = 0;
  if (reader->end - reader->at < 4) return 0;
  for (i = 0; i < 4; i++) {
    unsigned char c = *reader->at++;
    uint32_t digit = c >= '0' && c <= '9' ? c - (uint32_t)'0'
                   : c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10
                   : c >= 'A' && c <= 'F' ? c - (uint32_t)'A' + 10 : 16;
    if (digit == 16) return 0;
    *code = *code << 4 | digit;
  }
  return 1;
}

static void qacd_put(struct qacd_reader *reader, uint32_t scalar) {
  char *to = reader->texts;
  if (scalar < 0x80) {
    *to++ = (char)scalar;
  } else if (scalar < 0x800) {
    *to++ = (char)(0xC0 | scalar >> 6);
    *to++ = (char)(0x80 | (scalar & 0x3F));
  } else if (scalar < 0x10000) {
    *to++ = (char)(0xE0 | scalar >> 12);
    *to++ = (char)(0x80 | (scalar >> 6 & 0x3F));
    *to++ = (char)(0x80 | (scalar & 0x3F));
  } else {
    *to++ = (char)(0xF0 | scalar >> 18);
    *to++ = (char)(0x80 | (scalar >> 12 & 0x3F));
    *to++ = (char)(0x80 | (scalar >> 6 & 0x3F));
    *to++ = (char)(0x80 | (scalar & 0x3F));
  }
  reader->texts = to;
}

/* Reads a string, of which `at` is behind the opening quote. */
static const char *qacd_read_string(struct qacd_reader *reader, size_t *length) {
  static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
  char *begin = reader->texts;
  while (reader->at < reader->end) {
    unsigned char c = *reader->at;
    if (c == '"') {
      reader->at++;
      *length = (size_t)(reader->texts - begin);
      *reader->texts++ = 0;
      return begin;
    }
    if (c < 0x20) return NULL;
    if (c != '\\') {
      size_t size = qacd_sequence(reader->at, (size_t)(reader->end - reader->at));
      if (size == 0) return NULL;
      memcpy(reader->texts, reader->at, size);
      reader->texts += size;
      reader->at += size;
      continue;
    }
    if (++reader->at == reader->end) return NULL;
    c = *reader->at++;
    if (c == 'u') {
      uint32_t code, low;
      if (!qacd_hex(reader, &code)) return NULL;
      if (code >= 0xD800 && code < 0xDC00 && reader->end - reader->at >= 6 &&
          reader->at[0] == '\\' && reader->at[1] == 'u') {
        const unsigned char *second = reader->at;
        reader->at += 2;
        if (!qacd_hex(reader, &low)) return NULL;
        if (low >= 0xDC00 && low < 0xE000)
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        else
          reader->at = second;
      }
      /* Half of a surrogate pair. */
      qacd_put(reader, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    } else {
      const char *found = c ? strchr(from, c) : NULL;
      if (!found) return NULL;
      *reader->texts++ = into[found - from];
    }
  }
  return NULL;
}

static int qacd_digits(struct qacd_reader *reader) {
  const unsigned char *begin = reader->at;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') reader->at++;
  return reader->at > begin;
}

static int qacd_read_number(struct qacd_reader *reader, struct qacd_value *value) {
  const unsigned char *begin = reader->at;
  if (*reader->at == '-') reader->at++;
  if (reader->at < reader->end && *reader->at == '0') reader->at++;
  else if (!qacd_digits(reader)) return 0;
  if (reader->at < reader->end && *reader->at == '.') {
    reader->at++;
    if (!qacd_digits(reader)) return 0;
  }
  if (reader->at < reader->end && (*reader->at == 'e' || *reader->at == 'E')) {
    reader->at++;
    if (reader->at < reader->end && (*reader->at == '+' || *reader->at == '-')) reader->at++;
    if (!qacd_digits(reader)) return 0;
  }
  value->type = QACD_NUMBER;
  value->text = reader->texts;
  value->length = (size_t)(reader->at - begin);
  memcpy(reader->texts, begin, value->length);
  reader->texts += value->length;
  *reader->texts++ = 0;
  return 1;
}

static int qacd_read_word(struct qacd_reader *reader, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(reader->end - reader->at) < length) return 0;
  if (memcmp(reader->at, word, length) != 0) return 0;
  reader->at += length;
  return 1;
}

static struct qacd_value *qacd_read(struct qacd_reader *reader, int depth) {
  struct qacd_value *value, **last;
  unsigned char closing;
  qacd_skip(reader);
  if (reader->at == reader->end || depth > QACD_MAXIMUM_DEPTH || reader->count == reader->room)
    return NULL;
  value = &reader->values[reader->count++];
  memset(value, 0, sizeof *value);
  switch (*reader->at) {
    case '"':
      reader->at++;
      value->type = QACD_STRING;
      value->text = qacd_read_string(reader, &value->length);
      return value->text ? value : NULL;
    case 'n': value->type = QACD_NULL; return qacd_read_word(reader, "null") ? value : NULL;
    case 't': value->type = QACD_TRUE; return qacd_read_word(reader, "true") ? value : NULL;
    case 'f': value->type = QACD_FALSE; return qacd_read_word(reader, "false") ? value : NULL;
    case '[': value->type = QACD_ARRAY; closing = ']'; break;
    case '{': value->type = QACD_OBJECT; closing = '}'; break;
    default: return qacd_read_number(reader, value) ? value : NULL;
  }
  reader->at++;
  last = &value->first;
  qacd_skip(reader);
  if (reader->at < reader->end && *reader->at == closing) {
    reader->at++;
    return value;
  }
  for (;;) {
    const char *name = NULL;
    size_t length;
    if (closing == '}') {
      qacd_skip(reader);
      if (reader->at == reader->end || *reader->at++ != '"') return NULL;
      name = qacd_read_string(reader, &length);
      if (!name) return NULL;
      qacd_skip(reader);
      if (reader->at == reader->end || *reader->at++ != ':') return NULL;
    }
    *last = qacd_read(reader, depth + 1);
    if (!*last) return NULL;
    (*last)->name = name;
    last = &(*last)->next;
    qacd_skip(reader);
    if (reader->at == reader->end) return NULL;
    if (*reader->at == closing) {
      reader->at++;
      return value;
    }
    if (*reader->at++ != ',') return NULL;
  }
}

static struct qacd_memory *qacd_memory(struct qacd_answer *answer) {
  if (!answer->memory) answer->memory = calloc(1, sizeof(struct qacd_memory));
  return (struct qacd_memory *)answer->memory;
}

enum qacd_status qacd_parse(const char *data, size_t size, struct qacd_answer *answer) {
  struct qacd_reader reader;
  struct qacd_memory *memory;
  struct qacd_value *value;
  size_t i, separators = 1;
  int inside = 0;
  memset(answer, 0, sizeof *answer);
  answer->message = "";
  memory = qacd_memory(answer);
  if (!memory) goto no_memory;
  /* Every value but the first follows one of these, so this counts no fewer than there are. */
  for (i = 0; i < size; i++) {
    if (inside && data[i] == '\\') i++;
    else if (data[i] == '"') inside = !inside;
    else if (!inside)
      separators += data[i] == ',' || data[i] == ':' || data[i] == '[' || data[i] == '{';
  }
  memory->values = (struct qacd_value *)malloc(separators * sizeof *memory->values);
  memory->texts = (char *)malloc(size + separators + 1);
  if (!memory->values || !memory->texts) goto no_memory;
  reader.at = (const unsigned char *)data;
  reader.end = reader.at + size;
  reader.values = memory->values;
  reader.count = 0;
  reader.room = separators;
  reader.texts = memory->texts;
  value = qacd_read(&reader, 0);
  qacd_skip(&reader);
  if (!value || reader.at != reader.end) {
    answer->message = "the daemon sent what is not JSON; is it qacd?";
    return answer->status = QACD_INVALID;
  }
  answer->result = value;
  return answer->status = QACD_OK;
no_memory:
  answer->message = "there is no memory; free some";
  return answer->status = QACD_NO_MEMORY;
}

void qacd_answer_free(struct qacd_answer *answer) {
  struct qacd_memory *memory = (struct qacd_memory *)answer->memory;
  if (memory) {
    free(memory->values);
    free(memory->texts);
    free(memory);
  }
  memset(answer, 0, sizeof *answer);
  answer->message = "";
}

const struct qacd_value *qacd_first(const struct qacd_value *value) {
  return value && (value->type == QACD_ARRAY || value->type == QACD_OBJECT) ? value->first : NULL;
}

const struct qacd_value *qacd_get(const struct qacd_value *value, const char *name) {
  const struct qacd_value *one;
  if (!value || value->type != QACD_OBJECT) return NULL;
  for (one = value->first; one; one = one->next)
    if (strcmp(one->name, name) == 0) return one;
  return NULL;
}

const char *qacd_text(const struct qacd_value *value) {
  return value && value->type == QACD_STRING ? value->text : "";
}

double qacd_number(const struct qacd_value *value, double otherwise) {
  char copy[64], *point, *end;
  double number;
  if (!value || value->type != QACD_NUMBER || value->length >= sizeof copy) return otherwise;
  memcpy(copy, value->text, value->length + 1);
  /* strtod(3) reads the decimal point of the program's locale. */
  point = strchr(copy, '.');
  if (point) *point = localeconv()->decimal_point[0];
  number = strtod(copy, &end);
  return *end ? otherwise : number;
}

/* The connection */

static int64_t qacd_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int qacd_left(int64_t until) {
  int64_t left = until - qacd_now();
  return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

void qacd_default_path(char *path, size_t size) {
  const char *directory = getenv("XDG_RUNTIME_DIR");
  if (directory && directory[0] == '/') {
    size_t length = strlen(directory);
    while (length > 0 && directory[length - 1] == '/') length--;
    if (length > 4096) length = 4096;
    snprintf(path, size, "%.*s/qacd/qacd.sock", (int)length, directory);
  } else {
    snprintf(path, size, "/tmp/qacd-%lu/qacd.sock", (unsigned long)getuid());
  }
}

struct qacd *qacd_new(const char *path) {
  struct qacd *client = (struct qacd *)calloc(1, sizeof *client);
  if (!client) return NULL;
  client->socket = -1;
  if (path && strlen(path) < sizeof client->path) memcpy(client->path, path, strlen(path) + 1);
  else if (!path) qacd_default_path(client->path, sizeof client->path);
  /* The last byte of sun_path is for the 0. */
  if (strlen(client->path) >= sizeof(((struct sockaddr_un *)0)->sun_path)) client->path[0] = 0;
  return client;
}

static void qacd_drop(struct qacd *client) {
  if (client->socket >= 0) close(client->socket);
  client->socket = -1;
  qacd_buffer_free(&client->received);
  client->looked = 0;
}

void qacd_free(struct qacd *client) {
  if (!client) return;
  qacd_drop(client);
  free(client);
}

static enum qacd_status qacd_connect(struct qacd *client, int64_t until) {
  struct sockaddr_un address;
  int made = socket(AF_UNIX, SOCK_STREAM, 0);
  if (made < 0) return QACD_UNAVAILABLE;
  if (client->path[0] == 0 || fcntl(made, F_SETFD, FD_CLOEXEC) < 0 ||
      fcntl(made, F_SETFL, O_NONBLOCK) < 0) {
    close(made);
    return QACD_UNAVAILABLE;
  }
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, client->path, strlen(client->path) + 1);
  while (connect(made, (struct sockaddr *)&address, sizeof address) < 0) {
    if (errno == EISCONN) break;
    if (errno == EINTR) continue;
    if (errno == EAGAIN && qacd_left(until) > 0) {
      /* The daemon's queue of connections is full, and there is nothing to wait for. */
      poll(NULL, 0, 2);
      continue;
    }
    close(made);
    return errno == EAGAIN ? QACD_TIMEOUT : QACD_UNAVAILABLE;
  }
  client->socket = made;
  client->owner = (long)getpid();
  return QACD_OK;
}

/* Reads what has come. */
static enum qacd_status qacd_receive(struct qacd *client) {
  ssize_t got;
  if (!qacd_reserve(&client->received, QACD_CHUNK)) return QACD_NO_MEMORY;
  got = recv(client->socket, client->received.data + client->received.size, QACD_CHUNK, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? QACD_OK : QACD_CLOSED;
  if (got == 0) return QACD_CLOSED;
  client->received.size += (size_t)got;
  return QACD_OK;
}

/* Whether the connection is there, as far as the kernel knows: what came late is dropped. */
static int qacd_is_alive(struct qacd *client) {
  struct pollfd one;
  if (client->socket < 0) return 0;
  one.fd = client->socket;
  one.events = POLLIN;
  while (poll(&one, 1, 0) > 0) {
    size_t before = client->received.size;
    if (qacd_receive(client) != QACD_OK || before > QACD_MAXIMUM_ANSWER) return 0;
    if (client->received.size == before) break;
  }
  return 1;
}

static int qacd_is_safe(const char *method) {
  static const char *const safe[] = {"complete", "retrieve", "history", "search", "import",
                                     "export",   "blocks",   "pins",    "boosts", "items",
                                     "status",   "metrics",  "reload",  "ping"};
  size_t i;
  for (i = 0; i < sizeof safe / sizeof *safe; i++)
    if (strcmp(method, safe[i]) == 0) return 1;
  return 0;
}

/* Calls. The `code` of a call that waits on the present connection is QACD_WAITS. */

#define QACD_WAITS 1

static void qacd_fail(struct qacd_answer *answer, enum qacd_status status, int safe, int sent,
                      const char *message) {
  qacd_answer_free(answer);
  answer->status = status;
  answer->message = message;
  answer->retryable = status == QACD_UNAVAILABLE || status == QACD_NO_MEMORY ? !sent || safe
                    : status == QACD_TIMEOUT || status == QACD_CLOSED        ? safe || !sent
                                                                             : 0;
}

static const char *qacd_explain(enum qacd_status status) {
  switch (status) {
    case QACD_TIMEOUT: return "the daemon did not answer in time; see its log, or allow more time";
    case QACD_CLOSED: return "the connection ended before the answer; see the daemon's log";
    case QACD_UNAVAILABLE: return "no daemon answers at the socket; start one: qacd --index FILE";
    case QACD_NO_MEMORY: return "there is no memory; free some";
    case QACD_TOO_LONG: return "the request has more than 65536 bytes; shorten its text";
    default: return "the daemon sent what is no answer; is it qacd?";
  }
}

/* What the error `error` means for a call; `answer` keeps its memory. */
static void qacd_refuse(struct qacd_answer *answer, const struct qacd_value *error) {
  const struct qacd_value *code = qacd_get(error, "code");
  struct qacd_memory *memory = qacd_memory(answer);
  double number = qacd_number(code, 0.5);
  answer->result = NULL;
  if (!memory || number < INT_MIN || number > INT_MAX || number != (double)(int)number) {
    answer->status = QACD_INVALID;
    answer->message = qacd_explain(QACD_INVALID);
    return;
  }
  answer->status = QACD_REFUSED;
  answer->code = (int)number;
  answer->retryable = answer->code == -32002 || answer->code == -32003 || answer->code == -32004 ||
                      answer->code == -32005 || answer->code == -32007;
  answer->message = qacd_text(qacd_get(error, "message"));
  if (!answer->message[0]) answer->message = "refused";
}

/* Takes one line. Returns QACD_OK, or what has become of the whole connection; `whole` then has the
 * answer that all calls get. */
static enum qacd_status qacd_take(struct qacd_answer *answers, size_t count, long first,
                                  const char *line, size_t size, size_t *missing,
                                  struct qacd_answer *whole) {
  const struct qacd_value *root, *id, *error, *result;
  struct qacd_answer read;
  double number;
  size_t at;
  while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == ' ' || line[size - 1] == '\t'))
    size--;
  if (size == 0) return QACD_OK;
  if (qacd_parse(line, size, &read) != QACD_OK) {
    *whole = read;
    return whole->status;
  }
  root = read.result;
  id = qacd_get(root, "id");
  error = qacd_get(root, "error");
  result = qacd_get(root, "result");
  if (error && error->type == QACD_NULL) error = NULL;
  if (!id || (!error && !result)) {
    qacd_answer_free(&read);
    qacd_fail(whole, QACD_INVALID, 0, 1, qacd_explain(QACD_INVALID));
    return QACD_INVALID;
  }
  if (id->type == QACD_NULL && error) {
    /* The daemon refuses the connection, or could not tell what a line was. */
    qacd_refuse(&read, error);
    *whole = read;
    return whole->status;
  }
  number = id->type == QACD_NUMBER ? qacd_number(id, -1) : -1;
  at = number >= (double)first && number < (double)first + (double)count
         ? (size_t)(number - (double)first) : count;
  if (at == count || number != (double)first + (double)at || answers[at].code != QACD_WAITS) {
    /* Of a call that was given up, or answered before. */
    qacd_answer_free(&read);
    return QACD_OK;
  }
  if (error) qacd_refuse(&read, error);
  else read.result = result;
  answers[at] = read;
  *missing -= 1;
  return QACD_OK;
}

static enum qacd_status qacd_take_lines(struct qacd *client, struct qacd_answer *answers,
                                        size_t count, long first, size_t *missing,
                                        struct qacd_answer *whole) {
  enum qacd_status status = QACD_OK;
  size_t begin = 0;
  struct qacd_buffer *received = &client->received;
  while (status == QACD_OK && client->looked < received->size) {
    char *from = received->data + client->looked;
    char *end = (char *)memchr(from, '\n', received->size - client->looked);
    if (!end) {
      client->looked = received->size;
      break;
    }
    client->looked = (size_t)(end - received->data) + 1;
    status = qacd_take(answers, count, first, received->data + begin, client->looked - 1 - begin,
                       missing, whole);
    begin = client->looked;
  }
  if (begin > 0) {
    memmove(received->data, received->data + begin, received->size - begin);
    received->size -= begin;
    client->looked -= begin;
  }
  if (status == QACD_OK && received->size > QACD_MAXIMUM_ANSWER) {
    status = QACD_INVALID;
    qacd_fail(whole, status, 0, 1, "an answer has more than 64 MiB; ask for fewer suggestions");
  }
  /* Large answers are rare: their memory is given back. */
  if (received->size == 0 && received->room > (1u << 20)) qacd_buffer_free(received);
  return status;
}

/* Sends `lines` and takes the answers. Returns QACD_OK if none is missing. */
static enum qacd_status qacd_exchange(struct qacd *client, const struct qacd_buffer *lines,
                                      size_t *sent, struct qacd_answer *answers, size_t count,
                                      long first, size_t *missing, int64_t until,
                                      struct qacd_answer *whole) {
  enum qacd_status status = qacd_take_lines(client, answers, count, first, missing, whole);
  while (status == QACD_OK && *missing > 0) {
    struct pollfd one;
    int ready;
    if (*sent < lines->size) {
      ssize_t wrote = send(client->socket, lines->data + *sent, lines->size - *sent, MSG_NOSIGNAL);
      if (wrote >= 0) *sent += (size_t)wrote;
      /* What the daemon said before it closed is still to be read. */
      else if (errno != EAGAIN && errno != EINTR) *sent = lines->size;
    }
    one.fd = client->socket;
    one.events = POLLIN;
    one.revents = 0;
    if (*sent < lines->size) one.events |= POLLOUT;
    ready = poll(&one, 1, qacd_left(until));
    if (ready < 0 && errno != EINTR) return QACD_CLOSED;
    if (ready > 0 && (one.revents & ~POLLOUT)) {
      status = qacd_receive(client);
      if (status != QACD_OK) return status;
      status = qacd_take_lines(client, answers, count, first, missing, whole);
    }
    if (status == QACD_OK && *missing > 0 && qacd_left(until) == 0) return QACD_TIMEOUT;
  }
  return status;
}

static void qacd_add_request(struct qacd_buffer *lines, long id, const char *method,
                             const char *params) {
  char number[32];
  snprintf(number, sizeof number, "%ld", id);
  qacd_add(lines, "{\"jsonrpc\":\"2.0\",\"id\":");
  qacd_add(lines, number);
  qacd_add(lines, ",\"method\":");
  qacd_add_string(lines, method, strlen(method));
  if (params) {
    size_t begin = lines->size + 10, i;
    qacd_add(lines, ",\"params\":");
    qacd_add(lines, params);
    /* A line break between tokens is white space like any other, and ends no line here. */
    if (!lines->failed)
      for (i = begin; i < lines->size; i++)
        if (lines->data[i] == '\n' || lines->data[i] == '\r') lines->data[i] = ' ';
  }
  qacd_add(lines, "}\n");
}

void qacd_pipeline(struct qacd *client, size_t count, const char *const *methods,
                   const char *const *params, int deadline_ms, struct qacd_answer *answers) {
  int64_t until = qacd_now() + (deadline_ms > 0 ? deadline_ms : 0);
  int attempt;
  size_t i;
  for (i = 0; i < count; i++) {
    memset(&answers[i], 0, sizeof answers[i]);
    qacd_fail(&answers[i], QACD_CLOSED, 1, 0, qacd_explain(QACD_CLOSED));
  }
  if (client->socket >= 0 && client->owner != (long)getpid()) {
    /* After fork, the connection is the parent's. Closing this copy leaves it alone. */
    qacd_drop(client);
  }
  for (attempt = 0; attempt < 2; attempt++) {
    enum qacd_status status = QACD_OK;
    struct qacd_buffer lines = {NULL, 0, 0, 0};
    struct qacd_answer whole;
    long first = client->last + 1;
    size_t missing = 0, sent = 0;
    int was_sent = 0;
    memset(&whole, 0, sizeof whole);
    whole.message = "";
    client->last += (long)count;
    for (i = 0; i < count; i++) {
      size_t before = lines.size;
      if (answers[i].status != QACD_CLOSED || answers[i].memory) continue;
      if (attempt > 0 && !qacd_is_safe(methods[i])) continue;
      answers[i].code = QACD_WAITS;
      qacd_add_request(&lines, first + (long)i, methods[i], params ? params[i] : NULL);
      if (lines.failed) {
        status = QACD_NO_MEMORY;
      } else if (lines.size - before - 1 > QACD_MAXIMUM_REQUEST) {
        lines.size = before;
        qacd_fail(&answers[i], QACD_TOO_LONG, 0, 0, qacd_explain(QACD_TOO_LONG));
        continue;
      }
      missing++;
    }
    if (missing == 0) {
      qacd_buffer_free(&lines);
      return;
    }
    if (status == QACD_OK && !qacd_is_alive(client)) {
      qacd_drop(client);
      status = qacd_connect(client, until);
    }
    if (status == QACD_OK) {
      was_sent = 1;
      status = qacd_exchange(client, &lines, &sent, answers, count, first, &missing, until, &whole);
      /* With a part of a line, nothing else can be said on the connection. */
      if (status != QACD_OK && (status != QACD_TIMEOUT || sent < lines.size)) qacd_drop(client);
    }
    qacd_buffer_free(&lines);
    if (status == QACD_OK) return;
    for (i = 0; i < count; i++) {
      int safe = qacd_is_safe(methods[i]);
      if (answers[i].code != QACD_WAITS) continue;
      answers[i].code = 0;
      if (status == QACD_REFUSED || (status == QACD_INVALID && whole.memory)) {
        /* Each answer owns its memory, so the message is copied. */
        struct qacd_memory *memory = qacd_memory(&answers[i]);
        if (memory) snprintf(memory->message, sizeof memory->message, "%s", whole.message);
        answers[i].status = whole.status;
        answers[i].code = whole.code;
        answers[i].retryable = whole.retryable;
        answers[i].message = memory ? memory->message : "refused";
      } else {
        qacd_fail(&answers[i], status, safe, was_sent,
                  status == QACD_INVALID && whole.message[0] ? whole.message
                                                             : qacd_explain(status));
        if (status == QACD_UNAVAILABLE && client->path[0] == 0) {
          answers[i].retryable = 0;
          answers[i].message = "a socket's path has at most 107 bytes; choose a shorter one";
        }
      }
    }
    qacd_answer_free(&whole);
    if (status != QACD_CLOSED) return;
  }
}

enum qacd_status qacd_call(struct qacd *client, const char *method, const char *params,
                           int deadline_ms, struct qacd_answer *answer) {
  qacd_pipeline(client, 1, &method, &params, deadline_ms, answer);
  return answer->status;
}

/* Adds the members that are there, each with a comma before it. */
static void qacd_add_origin(struct qacd_buffer *params, const struct qacd_origin *origin) {
  if (origin && origin->session) {
    qacd_add(params, ",\"session\":");
    qacd_add_string(params, origin->session, strlen(origin->session));
  }
  if (origin && origin->thread) {
    qacd_add(params, ",\"thread\":");
    qacd_add_string(params, origin->thread, strlen(origin->thread));
  }
  if (origin && origin->place) {
    qacd_add(params, ",\"place\":");
    qacd_add_string(params, origin->place, strlen(origin->place));
  }
}

enum qacd_status qacd_complete(struct qacd *client, const struct qacd_origin *origin,
                               const char *prefix, int limit, int deadline_ms,
                               struct qacd_answer *answer) {
  struct qacd_buffer params = {NULL, 0, 0, 0};
  const struct qacd_value *list, *one;
  qacd_add(&params, "{\"prefix\":");
  qacd_add_string(&params, prefix, strlen(prefix));
  qacd_add_origin(&params, origin);
  if (limit != 0) {
    char number[32];
    snprintf(number, sizeof number, ",\"limit\":%d", limit);
    qacd_add(&params, number);
  }
  qacd_add(&params, "}");
  if (params.failed) {
    memset(answer, 0, sizeof *answer);
    qacd_fail(answer, QACD_NO_MEMORY, 1, 0, qacd_explain(QACD_NO_MEMORY));
  } else {
    qacd_call(client, "complete", params.data, deadline_ms, answer);
  }
  qacd_buffer_free(&params);
  if (answer->status == QACD_OK) {
    list = qacd_get(answer->result, "suggestions");
    one = qacd_first(list);
    while (one && qacd_get(one, "text") && qacd_get(one, "text")->type == QACD_STRING)
      one = one->next;
    if (!list || list->type != QACD_ARRAY || one)
      qacd_fail(answer, QACD_INVALID, 0, 1, qacd_explain(QACD_INVALID));
  }
  return answer->status;
}

enum qacd_status qacd_record(struct qacd *client, const struct qacd_origin *origin,
                             const char *query, int deadline_ms, struct qacd_answer *answer) {
  struct qacd_buffer params = {NULL, 0, 0, 0};
  qacd_add(&params, "{\"query\":");
  qacd_add_string(&params, query, strlen(query));
  qacd_add_origin(&params, origin);
  qacd_add(&params, "}");
  if (params.failed) {
    memset(answer, 0, sizeof *answer);
    qacd_fail(answer, QACD_NO_MEMORY, 0, 0, qacd_explain(QACD_NO_MEMORY));
  } else {
    qacd_call(client, "record", params.data, deadline_ms, answer);
  }
  qacd_buffer_free(&params);
  return answer->status;
}

#endif /* QACD_IMPLEMENTED */
#endif /* QACD_IMPLEMENTATION */

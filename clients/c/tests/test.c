/* What the header promises beyond the protocol: JSON, text, memory that runs out, forks.
 *
 * `test SOCKET`, where the fake daemon of the conformance suite listens and behaves well. */
#define _POSIX_C_SOURCE 200809L

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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The allocation, counted from 1, that fails; 0 for none. */
static long failing, allocations;
static void *test_malloc(size_t size) { return ++allocations == failing ? NULL : malloc(size); }
static void *test_calloc(size_t count, size_t size) {
  return ++allocations == failing ? NULL : calloc(count, size);
}
static void *test_realloc(void *old, size_t size) {
  return ++allocations == failing ? NULL : realloc(old, size);
}
#define malloc test_malloc
#define calloc test_calloc
#define realloc test_realloc
#define QACD_IMPLEMENTATION
#include "../qacd.h"

static int passed, failed;
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)
static void check(int holds, const char *what, int line) {
  if (holds) {
    passed++;
  } else {
    failed++;
    fprintf(stderr, "test.c:%d: %s\n", line, what);
  }
}

static int parses(const char *text) {
  struct qacd_answer answer;
  int good = qacd_parse(text, strlen(text), &answer) == QACD_OK;
  qacd_answer_free(&answer);
  return good;
}

static int reads_as(const char *text, const char *expected, size_t length) {
  struct qacd_answer answer;
  int good = qacd_parse(text, strlen(text), &answer) == QACD_OK &&
             answer.result->type == QACD_STRING && answer.result->length == length &&
             memcmp(answer.result->text, expected, length) == 0;
  qacd_answer_free(&answer);
  return good;
}

static void test_json(void) {
  static const char *const good[] = {
      "null", "true", "false", "0", "-0", "-1.5e-3", "10E+2", "\"\"", "[]", "{}", " [ 1 , 2 ] ",
      "{\"a\":{\"b\":[null]}}", "\"\\u0000\"", "\"\\ud83d\"", "[\"a\\\\\\\"\",1]", "\"\xC3\xA9\""};
  static const char *const bad[] = {
      "", " ", "nul", "truee", "01", "1.", ".5", "1e", "+1", "-", "\"", "\"\\\"", "\"\\x\"", "[",
      "[1", "[1,", "[1,]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "[1 2]",
      "1 2", "]", "\"\n\"", "\"\\u12\"", "\"\\u12g4\"", "NaN", "\"\xC3\"", "\"\xFF\"",
      "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "'a'", "[,]", "{,}", "{:}"};
  size_t i;
  for (i = 0; i < sizeof good / sizeof *good; i++) CHECK(parses(good[i]));
  for (i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!parses(bad[i]));
  CHECK(reads_as("\"a\\u0000b\"", "a\0b", 3));
  CHECK(reads_as("\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80", 4));
  CHECK(reads_as("\"\\ud83d\"", "\xEF\xBF\xBD", 3));
  CHECK(reads_as("\"\\ud83dx\"", "\xEF\xBF\xBDx", 4));
  CHECK(reads_as("\"\\ud83d\\u0041\"", "\xEF\xBF\xBD" "A", 4));
  CHECK(reads_as("\"\\ude00\"", "\xEF\xBF\xBD", 3));
  CHECK(reads_as("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8));
}

static void test_numbers(void) {
  struct qacd_answer answer;
  const char *text = "[1.5,-2e3,\"3\",123456789012]";
  const struct qacd_value *one;
  CHECK(qacd_parse(text, strlen(text), &answer) == QACD_OK);
  one = qacd_first(answer.result);
  CHECK(qacd_number(one, 0) > 1.49 && qacd_number(one, 0) < 1.51);
  one = one->next;
  CHECK(qacd_number(one, 0) < -1999.9 && qacd_number(one, 0) > -2000.1);
  one = one->next;
  CHECK(qacd_number(one, -7) < -6.9);
  CHECK(strcmp(qacd_text(one), "3") == 0);
  one = one->next;
  CHECK(qacd_number(one, 0) > 123456789011.5);
  CHECK(one->next == NULL);
  CHECK(qacd_get(answer.result, "a") == NULL && qacd_first(NULL) == NULL);
  CHECK(strcmp(qacd_text(NULL), "") == 0);
  qacd_answer_free(&answer);
}

/* Whatever the bytes are, reading them ends, and what is read is written and read the same. */
static void test_mutations(void) {
  static const char seed[] =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"suggestions\":[{\"text\":\"a\\u00e9\\ud83d\\ude"
      "00\xC3\xA9\",\"score\":-1.5e-3,\"x\":[true,false,null,[],{}]}],\"took_us\":38}}";
  uint32_t random = 1;
  int round;
  for (round = 0; round < 20000; round++) {
    char *copy = (char *)malloc(sizeof seed);
    struct qacd_answer answer;
    size_t size = sizeof seed - 1, i;
    memcpy(copy, seed, sizeof seed);
    for (i = 0; i < 3; i++) {
      random = random * 1664525u + 1013904223u;
      copy[(random >> 8) % size] = "\"\\{}[],:u0eE-.\xFF\x80n t"[random >> 27 & 15];
    }
    random = random * 1664525u + 1013904223u;
    if (random >> 31) size = (random >> 8) % size;
    qacd_parse(copy, size, &answer);
    qacd_answer_free(&answer);
    free(copy);
  }
  passed++;
}

static void test_text(void) {
  struct qacd_buffer buffer = {NULL, 0, 0, 0};
  qacd_add_string(&buffer, "a\"\\\n\0\xC3\xA9\xFF\xED\xA0\x80z", 12);
  CHECK(strcmp(buffer.data,
               "\"a\\\"\\\\\\u000a\\u0000\xC3\xA9\\ufffd\\ufffd\\ufffd\\ufffdz\"") == 0);
  qacd_buffer_free(&buffer);
}

static void test_paths(void) {
  char path[108];
  setenv("XDG_RUNTIME_DIR", "/run/user/7//", 1);
  qacd_default_path(path, sizeof path);
  CHECK(strcmp(path, "/run/user/7/qacd/qacd.sock") == 0);
  setenv("XDG_RUNTIME_DIR", "/", 1);
  qacd_default_path(path, sizeof path);
  CHECK(strcmp(path, "/qacd/qacd.sock") == 0);
  setenv("XDG_RUNTIME_DIR", "relative", 1);
  qacd_default_path(path, sizeof path);
  CHECK(strncmp(path, "/tmp/qacd-", 10) == 0);
  unsetenv("XDG_RUNTIME_DIR");
  qacd_default_path(path, sizeof path);
  CHECK(strncmp(path, "/tmp/qacd-", 10) == 0);
}

static int completes(struct qacd *client, const char *prefix) {
  struct qacd_answer answer;
  char expected[64];
  int good;
  snprintf(expected, sizeof expected, "%s!", prefix);
  struct qacd_origin ann = {"ann", "tab", "/srv"};
  good = qacd_complete(client, &ann, prefix, 3, 20000, &answer) == QACD_OK &&
         strcmp(qacd_text(qacd_get(qacd_first(qacd_get(answer.result, "suggestions")), "text")),
                expected) == 0;
  qacd_answer_free(&answer);
  return good;
}

static void test_fork(const char *path) {
  struct qacd *client = qacd_new(path);
  int number, status = 1;
  pid_t child;
  CHECK(completes(client, "parent"));
  number = client->socket;
  fflush(NULL);
  child = fork();
  if (child == 0) {
    int good = completes(client, "child");
    qacd_free(client);
    _exit(good ? 0 : 1);
  }
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(completes(client, "again"));
  CHECK(client->socket == number);
  qacd_free(client);
}

/* Each allocation fails once: no call crashes or leaks, and the client goes on. */
static void test_no_memory(const char *path) {
  long last, at;
  struct qacd *client;
  struct qacd_answer answer;
  client = qacd_new(path);
  allocations = 0;
  CHECK(completes(client, "count"));
  last = allocations;
  qacd_free(client);
  CHECK(last > 5);
  for (at = 1; at <= last + 2; at++) {
    struct qacd_origin ann = {"ann", "tab", "/srv"};
    failing = 0;
    client = qacd_new(path);
    allocations = 0;
    failing = at;
    qacd_complete(client, &ann, "none", 3, 20000, &answer);
    CHECK(answer.status == QACD_OK || answer.status == QACD_NO_MEMORY ||
          answer.status == QACD_INVALID);
    CHECK(answer.status != QACD_OK || answer.result != NULL);
    CHECK(answer.message != NULL);
    failing = 0;
    qacd_answer_free(&answer);
    CHECK(completes(client, "after"));
    qacd_free(client);
  }
}

int main(int count, char **arguments) {
  if (count != 2) return 64;
  test_json();
  test_numbers();
  test_mutations();
  test_text();
  test_paths();
  test_fork(arguments[1]);
  test_no_memory(arguments[1]);
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}

@echo off
rem Starts the batchmill command; in a checkout, builds it first when it is missing. Not tried on Windows by its authors.
setlocal EnableDelayedExpansion
set "HOME_DIR=%~dp0"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"

set "DIST=%HOME_DIR%"
if exist "%HOME_DIR%pom.xml" (
  set "DIST=%HOME_DIR%cli\target\dist\"
  if not exist "!DIST!built" (
    echo batchmill: building; the first time this fetches the libraries, later starts fetch and build nothing 1>&2
    pushd "%HOME_DIR%"
    call mvn -B -q -Dbatchmill.dist -Dmaven.test.skip=true -pl cli -am package 1>&2
    if errorlevel 1 (
      popd
      echo batchmill: the build failed, see above 1>&2
      exit /b 3
    )
    popd
    if exist "!DIST!engine-auto" del "!DIST!engine-auto"
    echo. > "!DIST!built"
  )
)

set "ENGINE=auto"
set "PREVIOUS="
for %%A in (%*) do (
  if "!PREVIOUS!"=="--engine" set "ENGINE=%%~A"
  set "PREVIOUS=%%~A"
)

rem File names are in Unicode here whatever the code page; so are texts, and what is written to a file or a pipe.
set "OPTIONS=-Dfile.encoding=UTF-8 -XX:+UseParallelGC -Djava.awt.headless=true -Dorg.bytedeco.javacpp.platform.extension=-onednn-avx2"
set "OPTIONS=%OPTIONS% -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0"
set "OPTIONS=%OPTIONS% -Dio.netty.tryReflectionSetAccessible=true"
set "OPTIONS=%OPTIONS% --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED"

rem auto is onednn where its natives load, which a JVM of its own finds out. The answer is kept until the next build.
if "%ENGINE%"=="auto" if not exist "%DIST%engine-auto" call :probe
if "%ENGINE%"=="auto" set /p ENGINE=<"%DIST%engine-auto"

set "CLASSPATH_DIRS=%DIST%lib\*"
rem The jars of pack's other runner, where a build with -Pflink has put them.
if exist "%DIST%lib\runner-flink" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\runner-flink\*"
if exist "%DIST%lib\engine-%ENGINE%" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\engine-%ENGINE%\*"
"%JAVA%" %OPTIONS% %BATCHMILL_JAVA_OPTS% -cp "%CLASSPATH_DIRS%" org.batchmill.cli.Batchmill %*
exit /b %ERRORLEVEL%

:probe
set "FOUND=onednn"
"%JAVA%" %OPTIONS% -cp "%DIST%lib\*;%DIST%lib\engine-onednn\*" org.batchmill.cli.EngineProbe onednn >nul 2>&1
if errorlevel 1 set "FOUND=nd4j"
>"%DIST%engine-auto" echo %FOUND%
exit /b 0
